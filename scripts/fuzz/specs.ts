/** Mutated specs, through every function of the language that takes one. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { takeAll } from '../../src/common/steps';
import * as language from '../../src/language';
import type { Position, Range } from '../../src/spec/problem';
import { type Area, showBytes } from './area';
import { mutateText } from './random';

export const examples = readdirSync('examples')
  .filter((name) => name.endsWith('.nnspec'))
  .map((name) => readFileSync(`examples/${name}`, 'utf8'));

const marks = [' ', '\n', '\t', '\r', '\r\n', ':', ': ', '- ', '{', '}', '[', ']', ',', '&a ', '*a', '!t ', '"', "'"];
const others = [
  '|',
  '>',
  '? ',
  '---\n',
  '...\n',
  '#',
  '<<: ',
  '%YAML',
  'x-a: ',
  '0',
  '-1',
  '1e999',
  '.nan',
  '9'.repeat(30),
];
const unusual = [
  '~',
  'null',
  'true',
  '한',
  '🙂',
  '\u0000',
  '\uFEFF',
  '\u202e',
  '\ud800',
  '](command:a)',
  '<img>',
  '\\',
];
export const words = [...marks, ...others, ...unusual, ...new Set(examples.join(' ').match(/[a-z_]{3,}/g))];

/** The lesson of an example is half its text, and is not read: most inputs go without. */
const short = examples.map((text) => text.replace(/^#.*\n/gm, ''));

const host: language.CompletionHost = {
  table: () => Promise.resolve(undefined),
  list: () => Promise.resolve([{ name: 'a.csv', folder: false }]),
  arrays: () => Promise.resolve(['x', 'y']),
};
const hover = { language: 'en', dark: true } as const;

async function check(text: string): Promise<void> {
  const parsed = language.parseSpec(text, { fileName: 'a.nnspec' });
  const { spec, lines } = parsed;
  const inside = ({ line, character }: Position) => line >= 0 && line < lines.count && character >= 0;
  const holds = ({ start, end }: Range) => {
    assert.ok(inside(start) && inside(end), 'a range lies outside the text');
    const [from, to] = [lines.offsetAt(start), lines.offsetAt(end)];
    assert.ok(from <= to && to <= text.length, 'a range ends before it starts');
  };
  assert.equal(
    spec === undefined,
    parsed.problems.some(({ severity }) => severity === 'error'),
    'errors and spec',
  );
  for (const { message, range, fixes = [] } of [...parsed.problems, ...language.checkSpec(parsed)]) {
    assert.ok(message.length > 10, 'a problem has no message');
    holds(range);
    for (const fix of fixes) {
      language.applyFixes(text, [fix]);
    }
  }
  const at = lines.positionAt(Math.min(text.length, (text.length * 7919) % 1009));
  for (const { range, selection } of language.outlineOf(parsed)) {
    holds(range);
    holds(selection);
  }
  language.semanticTokensOf(parsed);
  language.foldsOf(parsed);
  const ranges = language.selectionAt(parsed, at);
  ranges.push(...language.linksOf(parsed).map(({ range }) => range));
  ranges.push(...language.inlayHintsOf(parsed).map(({ position }) => ({ start: position, end: position })));
  language.hoverIn(parsed, at, hover);
  language.nodeAt(text, at);
  const tree = language.treeOf(parsed);
  language.dataNamed(tree);
  language.targetsNamed(tree);
  language.placesOfColumn(parsed, 'x');
  ranges.push(...language.layerRanges(parsed).map(({ range }) => range));
  for (const { documented } of await language.completionsAt(text, at, host)) {
    language.documentOf(documented, { ...hover, brief: true });
  }
  const symbol = language.symbolToRename(parsed, at);
  if (symbol && !language.refusalOf(symbol, parsed)) {
    ranges.push(...language.symbolEdits(symbol, 'other', parsed).map(({ range }) => range));
  }
  for (const code of ['unknown-column', 'missing-target', 'missing-cell']) {
    language.dataFixes({ code, path: ['data', 'target'], meant: 'x' }, parsed);
  }
  language.refactoringsAt(parsed, at);
  ranges.push(...takeAll(language.formatSteps(parsed)).map(({ range }) => range));
  ranges.forEach(holds);
  // It parses the text several times: a sample is enough.
  if (text.length % 4 === 0) {
    takeAll(
      language.fixAllSteps(text, function* (each) {
        const { problems } = yield* language.parseSteps(each, { fileName: 'a.nnspec' });
        return problems;
      }),
    );
  }
  if (spec) {
    const effective = language.parseSpec(language.effectiveSpecText(spec), { fileName: 'a.nnspec' });
    assert.ok(effective.spec, `the effective spec has errors: ${effective.problems[0]?.message}`);
  }
}

export const specs: Area<string> = {
  name: 'specs',
  share: 0.03,
  make: (random) => mutateText(random.pick(random.once(4) ? examples : short), words, random),
  check,
  show: JSON.stringify,
};

/** Bytes that may be no UTF-8. */
export const encodings: Area<Uint8Array> = {
  name: 'encodings',
  share: 0.1,
  make(random) {
    const bytes = new TextEncoder().encode(mutateText('name: "é 한 🙂"\n', words, random));
    return bytes.map((byte) => (random.once(30) ? random.below(256) : byte));
  },
  check(bytes) {
    const decoded = language.decodeSpec(bytes);
    assert.ok('text' in decoded || decoded.problem.message.length > 10, 'no message');
  },
  show: showBytes,
};
