import assert from 'node:assert/strict';
import fc from 'fast-check';
import { depthOf, jsonEntries } from '../../../src/engine/jsonEntries';
import { rounds } from '../../harness/rounds';

/** The entries that `JSON.parse` finds; undefined if the text is not an object. */
function parsed(text: string): [string, unknown][] | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
  } catch {
    return undefined;
  }
}

/** The same by `jsonEntries`; of equal names the last counts. */
function read(text: string): [string, unknown][] | undefined {
  try {
    const found: Record<string, unknown> = {};
    for (const { key, value } of jsonEntries(text)) {
      Object.defineProperty(found, key, { value: JSON.parse(value), enumerable: true, configurable: true });
    }
    return Object.entries(found);
  } catch {
    return undefined;
  }
}

describe('the entries of a JSON object', () => {
  it('are those that JSON.parse finds, whatever they hold', () => {
    const values = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(values, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = ` ${JSON.stringify(value, undefined, space)}\r\n`;
        assert.deepEqual(read(text), parsed(text));
      }),
      { numRuns: rounds(500) },
    );
  });

  it('of a damaged text are refused where JSON.parse refuses it, else the same', () => {
    const damage = fc.record({ at: fc.nat(), sign: fc.constantFrom('', ...'{}[],:"\\ 0-e.tx\n\u0000') });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(damage, { maxLength: 3 }), (value, damages) => {
        let text = JSON.stringify(value);
        for (const { at, sign } of damages) {
          const place = at % text.length;
          text = text.slice(0, place) + sign + text.slice(place + (at % 2));
        }
        assert.deepEqual(read(text), parsed(text), text);
      }),
      { numRuns: rounds(2000) },
    );
  });

  it('are given twice if their name occurs twice, each with its depth of nesting', () => {
    const entries = [...jsonEntries('{ "a": 1, "\\u0061": [{"b": "]"}], "c\\\\": {}}')];
    assert.deepEqual(entries, [
      { key: 'a', value: '1', depth: 0 },
      { key: 'a', value: '[{"b": "]"}]', depth: 2 },
      { key: 'c\\', value: '{}', depth: 1 },
    ]);
    assert.equal(depthOf('[[], [[["[["]]], []]'), 4);
  });

  it('are returned before the text after them is read', () => {
    const entries = jsonEntries('{"a": 1, "b": 2 and what is no JSON');
    assert.equal(entries.next().value?.key, 'a');
    assert.equal(entries.next().value?.key, 'b');
    assert.throws(() => entries.next(), SyntaxError);
  });
});
