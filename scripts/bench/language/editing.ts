/** How long the editor's features block the extension host on specs of 64 kB. */
import { turnLength } from '../../../src/extension/language/turns';
import {
  checkSteps,
  foldsOf,
  formatSteps,
  inlayHintsOf,
  linksOf,
  outlineOf,
  parseSpec,
  parseSteps,
  renameEdits,
  selectionAt,
  semanticTokenSteps,
  symbolAt,
} from '../../../src/language/index';

/** Largest size, in UTF-16 units, for which no feature may block the host longer than the bar. */
const size = 64_000;
const rounds = Number(process.argv[2]);
const warmUps = 5;

function repeated(head: string, line: (index: number) => string, tail: string): string {
  const lines: string[] = [];
  let length = head.length + tail.length;
  for (let index = 0; ; index++) {
    const next = line(index);
    length += next.length;
    if (length > size) {
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

/** The longest turn in milliseconds. Steps are grouped into turns as the extension does. */
function longestTurn(steps: Generator<unknown, unknown>): number {
  let longest = 0;
  let start = performance.now();
  for (;;) {
    const { done } = steps.next();
    const now = performance.now();
    longest = Math.max(longest, now - start);
    if (done) {
      return longest;
    }
    if (now - start > turnLength) {
      start = now;
    }
  }
}

function once(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Milliseconds of every round, by feature and file. */
function measure(): { name: string; files: Record<string, number[]> }[] {
  const found = new Map<string, Record<string, number[]>>();
  for (const [file, text] of Object.entries(files)) {
    const parsed = parseSpec(text, { fileName: '' });
    const untidy = parseSpec(text.replaceAll(', ', ' ,  '), { fileName: '' });
    const middle = parsed.lines.positionAt(text.length / 2);
    const visible = { start: { line: 100, character: 0 }, end: { line: 160, character: 0 } };
    const data = { inputShape: [2], targetSize: 1, targetKind: 'numbers' } as const;
    const word = parsed.lines.positionAt(
      text.indexOf('name: l') < 0 ? text.indexOf('target: ') + 8 : text.indexOf('name: l') + 7,
    );
    const features: Readonly<Record<string, () => number>> = {
      'parsing, in turns': () => longestTurn(parseSteps(text, { fileName: '' })),
      'formatting, in turns': () => longestTurn(formatSteps(parsed)),
      'formatting an untidy file, in turns': () => longestTurn(formatSteps(untidy)),
      'checking, in turns': () => longestTurn(checkSteps(parsed)),
      outline: () => once(() => outlineOf(parsed)),
      folding: () => once(() => foldsOf(parsed)),
      'selection ranges': () => once(() => selectionAt(parsed, middle)),
      // A copy, because the roles of a tree's words are cached.
      'semantic tokens, in turns': () =>
        longestTurn(semanticTokenSteps({ ...parsed, tree: parsed.tree && { ...parsed.tree } })),
      links: () => once(() => linksOf(parsed)),
      'inlay hints': () => once(() => inlayHintsOf(parsed, data, visible)),
      'definition, references and rename': () =>
        once(() => {
          const symbol = symbolAt(parsed, word);
          return symbol && renameEdits(symbol.places, 'other', parsed);
        }),
    };
    for (const [name, run] of Object.entries(features)) {
      const times = Array.from({ length: warmUps + rounds }, run).slice(warmUps);
      found.set(name, { ...found.get(name), [file]: times });
    }
  }
  return [...found].map(([name, of]) => ({ name, files: of }));
}

process.stdout.write(JSON.stringify(measure()));
