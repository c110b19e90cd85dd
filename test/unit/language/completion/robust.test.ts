import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { type CompletionItem, completionsAt } from '../../../../src/language/completion';
import { parseSpec } from '../../../../src/language/index';
import { readUnfinished } from '../../../../src/language/unfinished';
import { rounds } from '../../../harness/rounds';
import { host, insert } from './accept';

const examples = globSync('examples/*.nnspec')
  .sort()
  .map((path) => readFileSync(path, 'utf8'));

const example = fc.constantFrom(...examples);
/** An unfinished file: cut off, or with something removed. */
const moment = fc.tuple(example, fc.nat(), fc.nat(), fc.boolean()).map(([text, a, b, cut]) => {
  const from = a % (text.length + 1);
  const to = cut ? text.length : Math.min(text.length, from + (b % 12));
  return { text: text.slice(0, from) + text.slice(to), at: from };
});

/** The rules for every item, wherever it is offered. */
function check(text: string, at: number, item: CompletionItem): void {
  const [from, to] = item.span;
  assert.ok(from <= at && at <= to, `${item.label}: the cursor ${at} is outside of ${item.span}`);
  assert.ok(!/[\r\n]/.test(text.slice(from, to)), `${item.label} replaces a line break`);
  const after = insert(text, item);
  const start = item.removed?.[0] ?? from;
  assert.equal(text.slice(start, from).trim(), '', `${item.label} removes more than blanks`);
  assert.ok(after.startsWith(text.slice(0, start)) && after.endsWith(text.slice(to)), `${item.label} changes the rest`);
  assert.ok(
    !/\$\{|\\\}/.test(after.slice(start, after.length - (text.length - to))),
    `${item.label}: ${item.insertText}`,
  );
}

describe('completion in any text', function () {
  this.timeout(60_000);
  it('never throws and changes nothing but the word at the cursor, in an example cut off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(moment, async ({ text, at }) => {
        for (const item of await completionsAt(text, at, host)) {
          check(text, at, item);
        }
      }),
      { numRuns: rounds(300) },
    );
  });

  it('never throws in any text, at any place', async () => {
    const piece = fc.constantFrom(
      'data',
      'layers',
      ':',
      ': ',
      '\n',
      '\r\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '#',
      '&a ',
      '*a',
      '|',
      '>',
      '\t',
      '한',
      '4',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), async (any, n) => {
        const at = n % (any.length + 1);
        for (const item of await completionsAt(any, at, host)) {
          check(any, at, item);
        }
      }),
      { numRuns: rounds(300) },
    );
  });

  it('causes no syntax error, whichever item is accepted', async () => {
    const broken = (text: string) =>
      parseSpec(text, { fileName: '' }).problems.filter(({ code }) => code === 'yaml-syntax' || code === 'bad-key');
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(example, fc.nat(), fc.nat(), async (text, n, m) => {
        const at = n % (text.length + 1);
        const items = await completionsAt(text, at, host);
        if (items.length === 0) {
          return;
        }
        accepted++;
        const item = items[m % items.length];
        const after = insert(text, item).replace('|', '');
        assert.deepEqual(broken(after), [], `${item.label}: ${item.insertText}\n${after}`);
      }),
      { numRuns: rounds(300) },
    );
    assert.ok(accepted > rounds(50), `${accepted} items were accepted`);
  });

  it('sees the same tree as the parser in every example', () => {
    for (const text of examples) {
      const { tree } = parseSpec(text, { fileName: '' });
      assert.deepEqual(simple(readUnfinished(text).tree), simple(tree));
    }
  });
});

/** A tree without its spans. */
function simple(node: ReturnType<typeof readUnfinished>['tree']): unknown {
  if (!node) {
    return undefined;
  }
  if (node.kind === 'scalar') {
    return node.value;
  }
  if (node.kind === 'list') {
    return node.items.map(simple);
  }
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, simple(value)]));
}
