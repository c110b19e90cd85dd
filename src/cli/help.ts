import { t } from '@vscode/l10n';
import { exportFormats } from '../export';

const usage = `nnspec check   FILE...           [--json] [--effective] [--gradients]
nnspec new     DATA.csv|FOLDER   [--target COLUMN] [--out FILE.nnspec] [--json]
nnspec train   FILE  [--json] [--seed N] [--epochs N] [--threads N] [--backend wasm|reference]
                     [--init WEIGHTS.safetensors] [--save WEIGHTS.safetensors] [--baseline]
                     [--cross-validation [K]] [--python PATH]
                     [--checkpoint FILE.nnckpt] [--checkpoint-every N] [--keep]
nnspec train   FILE  --find-learning-rate [--json] [--seed N] [--threads N] [--backend wasm|reference]
nnspec train  [FILE] --resume FILE.nnckpt  [--epochs N] …
nnspec train   FILE  [--jobs N | --sweep-index K] …
nnspec sweep   FILE  [--list] [--json] …
nnspec runs   [list] [FOLDER|FILE]  [--json]
nnspec runs    show ID | diff ID ID | repeat ID | resume ID  [--json] …
nnspec runs    fork ID [FILE]  [--step N|best|last] [--keep] [--epochs N] [--seed N] [--json] …
nnspec runs    thin [FOLDER]  [--max-runs N] [--max-size MB]
nnspec runs    rm ID... | export ID... --format csv|tensorboard --out PATH
nnspec predict WEIGHTS.safetensors DATA.csv  [--json] [--out FILE.csv] [--keep-columns]
nnspec evaluate WEIGHTS.safetensors... DATA.csv [--json] [--labels FILE] [--importance [N]]
nnspec export  FILE.nnspec|WEIGHTS.safetensors --to FORMAT [--out PATH] [--weights WEIGHTS.safetensors]
nnspec lesson  FILE.nnlesson...  [--json]
nnspec explain NAME|KIND/NAME|CODE [--json]
nnspec schema
nnspec --help | --version
`;

export function helpText(): string {
  const rows: readonly (readonly [string, string])[] = [
    ['check', t('Finds what is wrong with specs and their data.')],
    ['train', t('Trains the network of a spec and judges what it expects.')],
    ['sweep', t('Trains and keeps the runs of a sweep and ranks them; with --list only lists them.')],
    ['new', t('Writes a first spec for a table, with a reason for every choice.')],
    ['runs', t('Lists kept runs, shows and compares them, trains them again or further.')],
    ['predict', t('Runs a trained network over the rows of a file.')],
    ['evaluate', t('Measures how well trained networks do on a file that holds the targets.')],
    ['export', t('Writes a network for other programs: {0}.', exportFormats.map(({ name }) => name).join(', '))],
    ['lesson', t('Runs all that lessons hold and checks the answers of their questions.')],
    [
      'explain',
      t(
        'Explains a name of the language (an activation, a loss, an optimizer, a layer, a data set) or the code of a problem.',
      ),
    ],
    ['schema', t('Prints the JSON Schema of the language.')],
    ['--json', t('One JSON object a line on standard output.')],
    ['--effective', t('Prints the spec with every default filled in.')],
    ['--gradients', t('Compares backpropagation with difference quotients, tensor by tensor.')],
    ['--seed N', t('Uses this seed instead of the spec’s: an integer from 0 to 4294967295.')],
    ['--epochs N', t('Trains this many epochs instead of the spec’s; 0 evaluates without training.')],
    [
      '--cross-validation [K]',
      t('First trains K networks (those of the spec, or 5), each scored on the rows that it has not seen.'),
    ],
    ['--python PATH', t('Trains in this Python, where the spec says engine: pytorch; as a rule in python3.')],
    ['--init FILE', t('Starts from these weights.')],
    ['--to FORMAT', t('Exports in this format.')],
    ['--weights FILE', t('Exports with these weights: a script for training begins with them.')],
    ['--save FILE', t('Saves the weights at the end, and when interrupted.')],
    [
      '--baseline',
      t('Also trains the linear model on the same data, in the same folds; --save also saves its weights.'),
    ],
    ['--checkpoint FILE', t('Saves all that the run needs to go on: at the end, and when interrupted.')],
    ['--checkpoint-every N', t('Saves the checkpoint after every N epochs as well.')],
    ['--keep', t('Keeps the run in .nnspec beside the spec: its events, checkpoints and weights.')],
    ['--resume FILE', t('Goes on from a checkpoint, to the bit; without a spec, by the one in it.')],
    ['--step N|best|last', t('Forks from this checkpoint of a kept run; what fits of it is taken over.')],
    ['--jobs N', t('Trains so many runs of a sweep at once, each on one thread; as a rule one for each core.')],
    ['--sweep-index K', t('Trains only this run of a sweep; they count from 0.')],
    ['--max-runs N', t('Deletes the oldest runs beyond so many in a folder: 200 as a rule.')],
    ['--max-size MB', t('Deletes the oldest runs beyond so many megabytes in a folder: 1000 as a rule.')],
    ['--find-learning-rate', t('Tries growing learning rates in a short training, and suggests one.')],
    ['--target COLUMN', t('Predicts this column instead of the most likely one.')],
    ['--out FILE', t('Writes here instead: predictions as CSV, an export, or the new spec, which must not exist.')],
    ['--labels FILE', t('Takes the target of each row from this IDX or NumPy file.')],
    ['--keep-columns', t('Writes the file’s own columns before the predictions.')],
    ['--importance [N]', t('Also permutes each column N times (5) to see how much the scores depend on it.')],
    ['--lang en|ko', t('Answers in this language instead of the environment’s. For every command.')],
  ];
  const lines = rows.map(([name, text]) => `  ${name.padEnd(20)} ${text}\n`).join('');
  const status = t(
    'Exit status: 0 fine; 1 the spec, its data, a file or an expectation failed; 2 usage; 3 diverged; 130 interrupted.',
  );
  return `${usage}\n${lines}\n${status}\n`;
}
