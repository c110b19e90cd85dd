import assert from 'node:assert/strict';
import fc from 'fast-check';
import { takeAll } from '../../../src/common/steps';
import { inlayHintsOf } from '../../../src/language/annotations/inlayHints';
import { semanticTokensOf } from '../../../src/language/annotations/semanticTokens';
import { formatSteps } from '../../../src/language/format';
import { parseSpec } from '../../../src/language/index';
import { linksOf } from '../../../src/language/navigation/links';
import { refusalOf, refusalOfName, renameEdits } from '../../../src/language/navigation/rename';
import { symbolAt } from '../../../src/language/navigation/symbols';
import { foldsOf } from '../../../src/language/structure/folding';
import { type OutlineItem, outlineOf } from '../../../src/language/structure/outline';
import { selectionAt } from '../../../src/language/structure/selection';
import type { PlanData } from '../../../src/spec/planNetwork';
import { rounds } from '../../harness/rounds';
import { applied, examples, holdsRange, liesIn } from './edited';

const data: PlanData = { inputShape: [4], targetSize: 3, targetKind: 'classes' };

/**
 * Calls every feature on the text, with a cursor where needed; asserts that their results lie in the text.
 */
function holds(text: string, cursor: number): void {
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  const { lines } = parsed;
  const position = lines.positionAt(cursor);

  const outline = (item: OutlineItem, parent?: OutlineItem): void => {
    liesIn(text, item.range);
    assert.ok(item.name.length > 0);
    assert.ok(holdsRange(item.range, item.selection), `${item.name} is revealed outside itself in ${text}`);
    if (parent) {
      assert.ok(holdsRange(parent.range, item.range), `${item.name} reaches out of ${parent.name} in ${text}`);
    }
    for (const child of item.children) {
      outline(child, item);
    }
  };
  for (const item of outlineOf(parsed)) {
    outline(item);
  }

  let before = -1;
  for (const { start, end } of foldsOf(parsed) ?? []) {
    assert.ok(start > before && end > start && end < lines.count, `fold ${start}-${end} in ${text}`);
    before = start;
  }

  const selections = selectionAt(parsed, position);
  assert.ok(selections.length > 0);
  for (const [index, range] of selections.entries()) {
    liesIn(text, range);
    assert.ok(holdsRange(range, { start: position, end: position }));
    if (index > 0) {
      assert.ok(holdsRange(range, selections[index - 1]));
      assert.notDeepEqual(range, selections[index - 1]);
    }
  }

  const rows = text.split(/\r\n|\r|\n/);
  let last = { line: 0, character: 0 };
  for (const { line, character, length } of semanticTokensOf(parsed)) {
    assert.ok(line > last.line || (line === last.line && character >= last.character), `tokens overlap in ${text}`);
    assert.ok(length > 0 && character + length <= rows[line].length, `a token leaves its line in ${text}`);
    last = { line, character: character + length };
  }

  for (const { range } of linksOf(parsed)) {
    liesIn(text, range);
  }
  for (const hints of [inlayHintsOf(parsed), inlayHintsOf(parsed, data)]) {
    for (const { position: at, edit } of hints) {
      liesIn(text, { start: at, end: at });
      if (edit) {
        liesIn(text, edit.range);
      }
    }
  }

  const symbol = symbolAt(parsed, position);
  if (symbol) {
    liesIn(text, symbol.range);
    for (const { span } of symbol.places) {
      liesIn(text, lines.range(span));
    }
    if (!refusalOf(symbol, parsed) && !refusalOfName('other', symbol)) {
      applied(text, renameEdits(symbol.places, 'other', parsed));
    }
  }

  applied(text, takeAll(formatSteps(parsed)));
}

const rich = `# Learns.
x-net: &h { units: 4, activation: { leaky_relu: 0.2 } }
data:
  columns: [a, "b c", y]
  rows:
    - [1, 2, 'yes']
    - [2, 3, no]
  inputs: [a, 'b c']
  target: y
  types: { a: number }
model:
  layers:
    # region hidden
    - dense: *h
    - residual:
        - dense: 4
        - activation: tanh
    # endregion
    - dense: {
        units: 1, # one
        activation: sigmoid, name: out
      }
training:
  class_weight: { yes: 2, no: 1 }
  early_stopping: { monitor: val_loss }
expect:
  - val_loss < 0.3 within 5
  - "accuracy >= 0.5"
`;
const texts = [rich, ...examples().map(({ text }) => text)];
const anyText = fc.constantFrom(...texts);

describe('No feature of the editor throws, and what each returns lies in the text', () => {
  it('for each example cut off anywhere', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(), (text, place, cursor) => {
        const cut = text.slice(0, place % (text.length + 1));
        holds(cut, cursor % (cut.length + 1));
      }),
      { numRuns: rounds(200) },
    );
    for (let end = 0; end <= rich.length; end += 3) {
      holds(rich.slice(0, end), end);
    }
  }).timeout(60_000);

  it('for each example with any one character deleted, inserted or replaced, whatever the cursor', () => {
    const characters = fc.constantFrom(
      '',
      ' ',
      '\n',
      '\r\n',
      '\r',
      '\t',
      ':',
      '-',
      '#',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '&',
      '*',
      '|',
      '?',
      '!',
      'a',
      '1',
      '한',
    );
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(1), characters, fc.nat(), (text, place, cut, put, cursor) => {
        const at = place % text.length;
        const changed = text.slice(0, at) + put + text.slice(at + cut);
        holds(changed, cursor % (changed.length + 1));
      }),
      { numRuns: rounds(400) },
    );
  }).timeout(60_000);

  it('for any text, and any mixture of YAML and words of the language', () => {
    const words = [
      'data',
      'model',
      'layers',
      'dense',
      'target',
      'expect',
      'x-a',
      ': ',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '&a ',
      '*a',
      '"',
      "'",
      '|',
      '? ',
      '---',
      '#',
      '<<',
      'file',
      'a.csv',
    ];
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, fc.nat(), (text, cursor) => holds(text, cursor % (text.length + 1))),
      { numRuns: rounds(800) },
    );
  }).timeout(60_000);

  it('for a file that is too large, too deep or no map', () => {
    for (const text of ['#'.repeat(300_000), '['.repeat(100), '- a\n- b\n', '5', '"a', 'a: 1\n---\nb: 2\n']) {
      holds(text, 2);
    }
  });
});
