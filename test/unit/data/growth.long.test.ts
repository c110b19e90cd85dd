import assert from 'node:assert/strict';
import { loadFacts } from '../../../src/data';
import { asDataBytes } from '../../../src/data/bytes';
import { parseNumber } from '../../../src/data/cells';
import { chooseColumns } from '../../../src/data/choose';
import { readDelimited } from '../../../src/data/delimited';
import { Problems } from '../../../src/data/problems';
import { profileTable } from '../../../src/data/profile';
import { newSpecFor, predictedColumn, targetGuesses } from '../../../src/language/newSpec';
import type { DataSpec } from '../../../src/spec/spec';
import { assertGrows } from '../../harness/growth';
import { csvRequest, filesWith } from './support';

const numbered = (count: number, text: (i: number) => string) => Array.from({ length: count }, (_, i) => text(i));

/** Texts of tables, by what they have much of. */
const tables: Readonly<Record<string, (size: number) => string>> = {
  'a cell of digits and a letter': (size) => `a,y\n${'1'.repeat(size * 10)}x,1\n2,3\n`,
  'a cell of digits and two points': (size) => `a,y\n${'1'.repeat(size * 10)}..,1\n2,3\n`,
  'a long name': (size) => `${'a'.repeat(size * 10)},y\n1,2\n3,4\n`,
  'an unclosed quote': (size) => `a,y\n"${'1,2\n'.repeat(size)}`,
  quotes: (size) => `a,y\n${'"'.repeat(size * 4)},1\n2,3\n`,
  'quoted cells': (size) => `a,y\n${'"1""2",3\n'.repeat(size)}`,
  spaces: (size) => `a,y\n${' '.repeat(size * 10)}1${' '.repeat(size * 10)}x,1\n2,3\n`,
  tabs: (size) => `a,y\n1${'\t'.repeat(size * 10)}x,1\n2,3\n`,
  'blank lines': (size) => `a,y\n${'\n'.repeat(size * 4)}1,2\n`,
  'many columns': (size) => {
    const count = Math.ceil(size / 4);
    return `${numbered(count, (i) => `c${i}`).join(',')}\n${`${numbered(count, String).join(',')}\n`.repeat(3)}`;
  },
  'many equal names': (size) => `${'a,'.repeat(size)}y\n1,2\n`,
  'ragged rows': (size) => `a,y\n${numbered(size, (i) => `1${',2'.repeat(i % 4)}`).join('\n')}\n`,
  'a wide row': (size) => `a,y\n1,2${',3'.repeat(size)}\n3,4\n`,
  'bad numbers': (size) => `a,y\n${numbered(size, (i) => (i % 2 ? `1,${i}` : `1,${i}z`)).join('\n')}\n`,
  'distinct texts': (size) => `a,y\n${numbered(size, (i) => `row ${i},${i}`).join('\n')}\n`,
  Korean: (size) => `이름,값\n${numbered(size, (i) => `가나다${i % 9},${i}`).join('\n')}\n`,
  'decimal commas between semicolons': (size) => `a;y\n${numbered(size, (i) => `${i},5;1.234,${i}`).join('\n')}\n`,
  'all delimiters': (size) => `a,b;c\ty|d\n${',;\t|'.repeat(size * 4)}\n1,2\n`,
  'a number of many groups': (size) => `a;y\n${'1.234'.repeat(size)};1\n${'1'.repeat(size)} 234;3\n`,
  'almost dates': (size) => `a,y\n2024-01-01,1\n2024${'. 1'.repeat(size)},2\n${'2024-01-01'.repeat(size)},3\n`,
  dates: (size) => `a,y\n${numbered(size, (i) => `0${1 + (i % 9)}/0${1 + (i % 7)}/2024,${i}`).join('\n')}\n`,
  emoji: (size) => `a,y\n${'😀'.repeat(size * 4)},1\n2,3\n`,
};

describe('the time to read a table grows no faster than the table', () => {
  for (const [name, textOf] of Object.entries(tables)) {
    it(`with ${name}`, async () => {
      await assertGrows(
        4_000,
        (size) => new TextEncoder().encode(textOf(size)),
        (bytes) => {
          const profile = profileTable(bytes, 'a.csv');
          if ('facts' in profile) {
            for (const guess of targetGuesses(profile.facts).slice(0, 1)) {
              newSpecFor(profile.facts, 'a.csv', guess, profile.givesAway(predictedColumn(guess)));
            }
          }
          const types = { a: 'number', y: 'number' } as const;
          readDelimited(
            { bytes: asDataBytes(bytes), fileName: 'a.csv', path: ['data', 'file'], types },
            new Problems(),
          );
        },
      );
    });
  }

  const bytes: Readonly<Record<string, readonly number[]>> = {
    'pairs of Korean': [0xb0, 0xa1],
    'halves of pairs': [0xb0, 0x0a],
    'zero bytes': [0, 0x61],
    'bytes that are nothing': [0xff, 0xfe, 0x80],
    'ASCII, and one bad byte at the end': [0x61, 0x2c, 0x31, 0x0a],
  };
  for (const [name, repeated] of Object.entries(bytes)) {
    it(`with ${name}`, async () => {
      await assertGrows(
        20_000,
        (size) => Uint8Array.from([...new TextEncoder().encode('a,y\n'), ...Array(size).fill(repeated).flat(), 0xff]),
        (table) => profileTable(table, 'a.csv'),
      );
    });
  }

  it('for a number of many digits', async () => {
    for (const end of ['x', '.x', 'e', 'e+', '..', '']) {
      await assertGrows(50_000, (size) => '1'.repeat(size) + end, parseNumber);
    }
  });

  it('for inputs that are fitted and encoded', async () => {
    await assertGrows(
      12_000,
      (size) =>
        new TextEncoder().encode(
          `${numbered(size, (i) => `c${i}`).join(',')}\n${`${'1,'.repeat(size - 1)}2\n`.repeat(2)}`,
        ),
      async (content) => {
        const { data, ...request } = csvRequest('a.csv');
        const wide = { ...request, data: { ...data, target: ['c0'] } };
        assert.ok('facts' in (await loadFacts(wide, filesWith(content))));
      },
    );
  });

  it('for columns that do not exist', async () => {
    await assertGrows(
      150,
      (size) => ({ names: numbered(size, (i) => `column ${i}`), wrong: numbered(size, (i) => `colunm ${i}x`) }),
      ({ names, wrong }) => {
        const columns = names.map((name) => ({ name, type: 'number' as const, values: new Float64Array(), bad: [] }));
        for (const [inputs, target] of [
          [wrong, ['y']],
          [undefined, wrong],
          [names, names],
        ]) {
          const origin = { kind: 'rows', columns: names, rows: [] };
          const data = { origin, types: {}, inputs, target, split: { train: 1 } } as unknown as DataSpec;
          chooseColumns({ rows: 0, columns } as never, data, undefined, new Problems());
        }
      },
    );
  });
});
