/** How long the features of the editor hold up the extension host on a file as large as the language allows. */
import { stretch } from '../../../src/extension/language/slices';
import { inlayHintSteps } from '../../../src/language/annotations/inlayHints';
import { semanticTokenSteps } from '../../../src/language/annotations/semanticTokens';
import { formatSteps } from '../../../src/language/format';
import { checkSteps, maximumBytes, parseSpec, parseSteps } from '../../../src/language/index';
import { linksOf } from '../../../src/language/navigation/links';
import { occurrenceSteps } from '../../../src/language/navigation/occurrences';
import { renameEdits } from '../../../src/language/navigation/rename';
import { symbolAt } from '../../../src/language/navigation/symbols';
import { foldSteps } from '../../../src/language/structure/folding';
import { outlineSteps } from '../../../src/language/structure/outline';
import { selectionAt } from '../../../src/language/structure/selection';

const rounds = Number(process.argv[2]);
const warmUps = 5;

function repeated(head: string, line: (index: number) => string, tail: string): string {
  const lines: string[] = [];
  let length = head.length + tail.length;
  for (let index = 0; ; index++) {
    const next = line(index);
    length += next.length;
    if (length > maximumBytes) {
      return head + lines.join('') + tail;
    }
    lines.push(next);
  }
}

const head = 'data:\n  source: xor\nmodel:\n  layers:\n';
const tail = '    - dense: { units: 1, activation: sigmoid }\ntraining:\n  epochs: 3\n';
const files: Readonly<Record<string, string>> = {
  'layers in braces': repeated(head, (i) => `    - dense: { units: ${(i % 64) + 1}, activation: relu } # ${i}\n`, tail),
  'indented layers': repeated(head, (i) => `    - dense:\n        units: ${(i % 64) + 1}\n        name: l${i}\n`, tail),
  'rows of data': repeated(
    'data:\n  columns: [a, b, c]\n  target: c\n  rows:\n',
    (i) => `    - [${i % 7}, 0.${i}, ${i % 3 === 0 ? 'yes' : 'no'}]\n`,
    'model:\n  layers:\n    - dense: { units: 2, activation: softmax }\n',
  ),
  'rows in brackets': repeated(
    'data:\n  columns: [a, b]\n  target: b\n  rows: [\n',
    (i) => `    [${i % 7}, ${i % 2}],\n`,
    '    [1, 2] ]\nmodel:\n  layers:\n    - dense: { units: 1 }\n',
  ),
  'keys of one map': repeated(
    'data:\n  source: xor\nx-notes:\n',
    (i) => `  key${i}: ${i}\n`,
    'model:\n  layers:\n    - dense: { units: 1, activation: sigmoid }\n',
  ),
};

/** The longest stretch between two chances for others, in milliseconds, as the extension takes them. */
function longestStretch(steps: Generator<unknown, unknown>): number {
  let longest = 0;
  let start = performance.now();
  for (;;) {
    const { done } = steps.next();
    const now = performance.now();
    longest = Math.max(longest, now - start);
    if (done) {
      return longest;
    }
    if (now - start > stretch) {
      start = now;
    }
  }
}

function once(deed: () => unknown): number {
  const start = performance.now();
  deed();
  return performance.now() - start;
}

/** Milliseconds by feature and file, of every round. */
function measure(): { name: string; files: Record<string, number[]> }[] {
  const found = new Map<string, Record<string, number[]>>();
  for (const [file, text] of Object.entries(files)) {
    const parsed = parseSpec(text, { fileName: '' });
    const untidy = parseSpec(text.replaceAll(', ', ' ,  ').slice(0, maximumBytes), { fileName: '' });
    const middle = parsed.lines.positionAt(text.length / 2);
    const visible = { start: { line: 100, character: 0 }, end: { line: 160, character: 0 } };
    const data = { inputShape: [2], targetSize: 1, targetKind: 'numbers' } as const;
    const word = parsed.lines.positionAt(
      text.indexOf('name: l') < 0 ? text.indexOf('target: ') + 8 : text.indexOf('name: l') + 7,
    );
    const deeds: Readonly<Record<string, () => number>> = {
      'parsing, in slices': () => longestStretch(parseSteps(text, { fileName: '' })),
      // A copy, because what was found out about a tree is kept.
      'what each word is, in slices': () =>
        longestStretch(occurrenceSteps({ tree: parsed.tree && { ...parsed.tree } })),
      'formatting, in slices': () => longestStretch(formatSteps(parsed)),
      'formatting what is untidy, in slices': () => longestStretch(formatSteps(untidy)),
      'checking, in slices': () => longestStretch(checkSteps(parsed)),
      'outline, in slices': () => longestStretch(outlineSteps(parsed)),
      'folding, in slices': () => longestStretch(foldSteps(parsed)),
      'selection ranges': () => once(() => selectionAt(parsed, middle)),
      'semantic tokens, in slices': () => longestStretch(semanticTokenSteps(parsed)),
      links: () => once(() => linksOf(parsed)),
      'inlay hints, in slices': () => longestStretch(inlayHintSteps(parsed, data, visible)),
      'definition, references and rename': () =>
        once(() => {
          const symbol = symbolAt(parsed, word);
          return symbol && renameEdits(symbol.places, 'other', parsed);
        }),
    };
    for (const [name, deed] of Object.entries(deeds)) {
      const times = Array.from({ length: warmUps + rounds }, deed).slice(warmUps);
      found.set(name, { ...found.get(name), [file]: times });
    }
  }
  return [...found].map(([name, of]) => ({ name, files: of }));
}

process.stdout.write(JSON.stringify(measure()));
