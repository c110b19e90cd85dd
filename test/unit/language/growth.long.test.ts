/** Every entry of the language takes time in proportion to the text, whatever the text is. */
import assert from 'node:assert/strict';
import { takeAll } from '../../../src/common/steps';
import {
  applyFixes,
  checkSpec,
  completionsAt,
  effectiveSpecText,
  foldsOf,
  formatSteps,
  hoverIn,
  inlayHintsOf,
  layerRanges,
  linksOf,
  outlineOf,
  type ParsedSpec,
  parseSpec,
  refactoringsAt,
  selectionAt,
  semanticTokensOf,
  symbolAt,
  symbolEdits,
  treeOf,
} from '../../../src/language';

const layers = 'data: { source: xor }\nmodel:\n  layers:\n';
const unitsAt = (units: string) => `${layers}    - dense: { units: "${units}" }\n`;
const column =
  (before: string, unit: (index: number) => string, after = '') =>
  (size: number) => {
    const lines: string[] = [before];
    for (let length = before.length, index = 0; length < size; index++) {
      lines.push(unit(index));
      length += lines[lines.length - 1].length;
    }
    return lines.join('') + after;
  };

/** Texts of about the given length that are hard to read. */
const texts: Readonly<Record<string, (size: number) => string>> = {
  'one long token': (size) => `name: ${'a'.repeat(size)}`,
  'a long key': (size) => `${'k'.repeat(size)}: 1`,
  'spaces in quotes': (size) => unitsAt(` ${' '.repeat(size)}1`),
  'spaces at the end of a quoted formula': (size) =>
    `${layers}    - activation: { custom: "x +${' '.repeat(size)}(" }\n`,
  'spaces in an open quote': (size) => `name: "a${' '.repeat(size)}`,
  'spaces in an expectation': (size) => `expect: ["loss ${' '.repeat(size)} <"]`,
  'spaces in a plain value': (size) => `name: a${' '.repeat(size)}b: c`,
  'spaces before a comment': (size) => `model: [1,${' '.repeat(size)}# a`,
  'lines of spaces': column('model:\n', () => `${' '.repeat(40)}\n`),
  'strange spaces': (size) => `model: [\n${'\u00a0'.repeat(size)}a: b: c`,
  'digits in a size': (size) => unitsAt('1'.repeat(size)),
  'digits with gaps': (size) => unitsAt('1_'.repeat(size / 2)),
  'digits and a percent sign': (size) => unitsAt(`${'1'.repeat(size)} x%`),
  'digits and commas': (size) => unitsAt('1,'.repeat(size / 2)),
  'crosses of a size': (size) => `${layers}    - conv2d: { filters: 1, kernel: ${'3x'.repeat(size / 2)} }\n`,
  'rows indented with tabs': column('data:\n', (index) => `\t- [${index}, 1]\n`),
  'keys indented with tabs': column('model:\n', (index) => `\tk${index}: 1\n`),
  'braces and commas': column('', () => 'a: { b: 1 },\n'),
  commas: column('data: [', () => ','),
  'open brackets': column('data: ', () => '[', '\n'),
  'closing brackets': column('data: ', () => ']', '\n'),
  'open braces in lines': column('', (index) => `k${index}: {\n`),
  quotes: column('data: ', () => '"'),
  'single quotes': column('data:\n', () => "  - 'a\n"),
  'quotes that end early': column('data:\n', () => "  - 'a'b\n"),
  colons: column('data: ', () => ': '),
  dashes: column('', () => '- '),
  'dashes without a space': column('model:\n', (index) => `  -a${index}: 1\n`),
  'deep nesting': column('', (index) => `${' '.repeat(index % 60)}k:\n`),
  'lines in other columns': column('model:\n', (index) => `${' '.repeat((index * 7) % 12)}k${index}: 1\n`),
  tags: column('data:\n', () => '  - !a b\n'),
  fences: column('', () => '```\n'),
  'comments with slashes': column('data:\n', () => '  k: 1 // a\n'),
  'keys of one map': column('x:\n', (index) => `  key${index}: ${index}\n`),
  'unknown keys': column('model:\n', (index) => `  key${index}: ${index}\n`),
  'unknown chapters': column('', (index) => `key${index}: ${index}\n`),
  'one key again and again': column('data:\n', () => '  source: xor\n'),
  'merge keys': column('a: &a { b: 1 }\nmodel:\n', () => '  <<: *a\n'),
  anchors: column('x:\n', (index) => `  - &a${index} 1\n`),
  aliases: column('x:\n  - &a 1\n', () => '  - *a\n'),
  'unknown aliases': column('x:\n', (index) => `  - *a${index}\n`),
  layers: column(layers, (index) => `    - dense: { units: ${(index % 64) + 1}, activation: relu }\n`),
  'layers on one line': column('model: { layers: [', () => '{ dense: 1 }, ', ']}\n'),
  'brackets that close on one line': (size) => `data: [\n${'[\n'.repeat(50)}${' '.repeat(size / 2)}${']'.repeat(51)}\n`,
  'layers without parameters': column(layers, () => '    - dense:\n'),
  'layers of one name': column(layers, () => '    - dense: { units: 1, name: a }\n'),
  'unknown layers': column(layers, (index) => `    - dence${index}: 4\n`),
  'layers with two names': column(layers, () => '    - dense: 4\n      relu:\n'),
  'layers with aliases': column(layers, () => '    - Linear: { neurons: 4 }\n'),
  'blocks of layers': column(layers, () => '    - residual: { layers: [dense: 4, dense: 4] }\n'),
  rows: column('data:\n  columns: [a, b]\n  target: b\n  rows:\n', (index) => `    - [${index}, ${index % 2}]\n`),
  'rows of other lengths': column('data:\n  columns: [a, b]\n  target: b\n  rows:\n', () => '    - [1]\n'),
  'a wide row': column('data:\n  rows:\n    - [', () => '1, ', ']\n'),
  columns: column('data:\n  columns: [', (index) => `c${index}, `, ']\n  target: c1\n  rows: [[1]]\n'),
  'columns of one name': column('data:\n  columns: [', () => 'c, ', ']\n  target: c\n  rows: [[1]]\n'),
  'inputs that are targets': (size) => {
    const names = column('', (index) => `c${index}, `)(size / 2);
    return `data: { file: a.csv, inputs: [${names}], target: [${names}] }`;
  },
  metrics: column('training:\n  metrics: [', () => 'accuracy, ', ']\n'),
  expectations: column('data: { source: xor }\nexpect:\n', () => '  - loss < 1 within 900\n'),
  'unknown expectations': column('data: { source: xor }\nexpect:\n', (index) => `  - los${index} < 1\n`),
  comments: column('data:\n  source: xor\n', (index) => `# ${index}\n`),
  'comments behind values': column('x:\n', (index) => `  - 1 # ${index}\n`),
  Korean: column('x:\n', (index) => `  이름${index}: 값 ${index}\n`),
  emoji: column('name: ', () => '😀'),
  'a block of text': column('name: |\n', (index) => `  line ${index}\n`),
  'folded text': column('name: >\n', () => '  a\n\n'),
  escapes: column('expect: ["', () => '\\u0061', ' <"]\n'),
};

const host = { table: async () => undefined, list: async () => [], arrays: async () => [] };
const middleOf = ({ lines, text }: ParsedSpec) => lines.positionAt(Math.floor(text.length / 2));

/** The entries, each on a text that was parsed. */
const entries: Readonly<Record<string, (parsed: ParsedSpec) => unknown>> = {
  check: (parsed) => checkSpec(parsed),
  hover: (parsed) => hoverIn(parsed, middleOf(parsed), { language: 'en', dark: true }),
  completion: ({ text }) => completionsAt(text, Math.floor(text.length / 2), host),
  fixes: ({ text, problems }) =>
    applyFixes(
      text,
      problems.flatMap(({ fixes = [] }) => fixes),
    ),
  formatting: (parsed) => takeAll(formatSteps(parsed)),
  'semantic tokens': (parsed) => semanticTokensOf(parsed),
  outline: (parsed) => outlineOf(parsed),
  folds: (parsed) => foldsOf(parsed),
  selection: (parsed) => selectionAt(parsed, middleOf(parsed)),
  links: (parsed) => linksOf(parsed),
  rename: (parsed) => {
    const symbol = symbolAt(parsed, middleOf(parsed));
    return symbol && symbolEdits(symbol, 'other', parsed);
  },
  hints: (parsed) => inlayHintsOf(parsed),
  'layer ranges': (parsed) => layerRanges(parsed),
  refactorings: (parsed) => refactoringsAt(parsed, middleOf(parsed)),
  'unfinished tree': ({ text }) => treeOf({ ...parseSpec('', { fileName: '' }), text, tree: undefined }),
  'effective spec': ({ spec }) => spec && effectiveSpecText(spec),
};

/** UTF-16 units of the shorter texts. */
const size = 4_000;
/** Milliseconds below which a time says nothing. */
const floor = 60;
const mostGrowth = 6;

function millisecondsOf(work: () => unknown): number {
  const { user, system } = process.cpuUsage();
  const from = performance.now();
  work();
  const used = process.cpuUsage();
  return Math.min(performance.now() - from, (used.user + used.system - user - system) / 1000);
}

/** Whether work takes much longer for a text of four times the length. */
function isSlow(large: () => unknown, small: () => unknown, most = millisecondsOf(large)): boolean {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6; round++) {
    if (most < floor) {
      return false;
    }
    least = Math.min(least, millisecondsOf(small));
    if (most <= mostGrowth * least) {
      return false;
    }
    most = Math.min(most, millisecondsOf(large));
  }
  return true;
}

describe('Every entry of the language takes time in proportion to the text', () => {
  for (const [kind, make] of Object.entries(texts)) {
    it(`on ${kind}`, () => {
      const slow: string[] = [];
      const parsedOf = (length: number) => parseSpec(make(length), { fileName: 'a.nnspec' });
      let large = parsedOf(0);
      const parseLarge = () => {
        large = parsedOf(4 * size);
      };
      if (isSlow(parseLarge, () => parsedOf(size))) {
        slow.push('parsing');
      }
      for (const [name, entry] of Object.entries(entries)) {
        const most = millisecondsOf(() => entry({ ...large }));
        const small = most < floor ? large : parsedOf(size);
        if (
          isSlow(
            () => entry({ ...large }),
            () => entry({ ...small }),
            most,
          )
        ) {
          slow.push(name);
        }
      }
      assert.deepEqual(slow, []);
    });
  }
});
