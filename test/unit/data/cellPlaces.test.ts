import assert from 'node:assert/strict';
import { findCell, headerPlaces } from '../../../src/data/cellPlaces';

const file = { fileName: 'a.csv' };
const bytes = (text: string) => new TextEncoder().encode(text);

/** `line:from-to name` of each cell of the header. */
function header(text: string, name = 'a.csv'): string[] {
  return headerPlaces(bytes(text), { fileName: name }).map(({ name: cell, range: { start, end } }) => {
    return `${start.line}:${start.character}-${end.character} ${cell}`;
  });
}

describe('the places of names in a data file', () => {
  it('are the cells of the header, without the spaces around them', () => {
    assert.deepEqual(header('a, b ,"c,d",y\n1,2,3,4\n'), ['0:0-1 a', '0:3-4 b', '0:6-11 c,d', '0:12-13 y']);
    assert.deepEqual(header('a\tb c\r\n1\t2\r\n', 'a.tsv'), ['0:0-1 a', '0:2-5 b c']);
    assert.deepEqual(header('\ufeffa,b'), ['0:0-1 a', '0:2-3 b']);
    assert.deepEqual(header('\n\na,b\n'), ['2:0-1 a', '2:2-3 b']);
  });

  it('are none in a file that is empty or not UTF-8', () => {
    assert.deepEqual(header(''), []);
    assert.deepEqual(headerPlaces(new Uint8Array([0xff, 0xfe, 0x00]), file), []);
  });

  it('are the first cell of a column that holds a value, below the header', () => {
    const text = bytes('no,y\n1,yes\n2, no \n3,no\n');
    assert.deepEqual(findCell(text, file, 1, 'no'), {
      start: { line: 2, character: 3 },
      end: { line: 2, character: 5 },
    });
    assert.equal(findCell(text, file, 0, 'no'), undefined);
    assert.equal(findCell(text, file, 7, 'no'), undefined);
  });
});
