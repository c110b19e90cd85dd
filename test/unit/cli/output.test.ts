import assert from 'node:assert/strict';
import { nnspec, Workspace, xor } from './harness';

const hostile = '\u001b]0;title\u0007\u001b[31m\u009b';
/** The same in a quoted text of YAML. */
const written = String.raw`\u001b]0;title\u0007\u001b[31m\u009b`;
const control = /[^\P{Cc}\n\t]|\p{Bidi_Control}/u;

describe('A terminal', () => {
  const workspace = new Workspace();
  const onTerminal = (...argv: string[]) =>
    nnspec(argv, { cwd: workspace.folder, isTerminal: !argv.includes('--json') });
  before(async () => {
    await workspace.write('rows.csv', `a,y\n1,${hostile}0\n2,b\n3,${hostile}0\n4,b\n`);
    await workspace.write(
      'rows.nnspec',
      `name: "${written}"
data: { file: rows.csv, target: y, split: { train: 1 } }
model: { layers: [{ dense: { units: 2, activation: softmax } }] }
training: { epochs: 1 }
`,
    );
    await workspace.write(`${hostile}.nnspec`, xor);
    const { status } = await onTerminal('train', 'rows.nnspec', '--save', 'rows.safetensors');
    assert.equal(status, 0);
  });
  after(() => workspace.dispose());

  const commands: readonly (readonly string[])[] = [
    ['check', `${hostile}.nnspec`],
    ['check', '--gradients', `${hostile}.nnspec`],
    ['check', '--effective', 'rows.nnspec'],
    ['train', 'rows.nnspec'],
    ['train', `${hostile}.nnspec`, '--save', `${hostile}.safetensors`],
    ['train', `${hostile}.nnspec`, '--save', `${hostile}.nnspec`],
    ['train', '--json', 'rows.nnspec', '--init', `${hostile}.nnspec`],
    ['predict', 'rows.safetensors', 'rows.csv'],
    ['predict', 'rows.safetensors', 'rows.csv', '--out', `${hostile}.csv`],
    ['predict', `${hostile}.nnspec`, 'rows.csv'],
    ['explain', hostile],
    [hostile],
  ];

  it('gets no control character from a file, a name or a word', async () => {
    for (const argv of commands) {
      const { out, err } = await onTerminal(...argv);
      assert.ok(out !== '' || err !== '', `${argv} said nothing`);
      assert.doesNotMatch(argv.includes('--json') ? err : out + err, control, argv.join(' '));
    }
  });

  it('alone is spared: data for other programs keep every character', async () => {
    const { out } = await nnspec(['predict', 'rows.safetensors', 'rows.csv'], { cwd: workspace.folder });
    assert.ok(out.includes(hostile));
  });
});
