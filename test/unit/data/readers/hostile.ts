import assert from 'node:assert/strict';
import type { DataProblem } from '../../../../src/data/dataset';
import type { Table } from '../../../../src/data/table';

/** A name, bytes that are no table, and the code of the one problem that says so. */
export type Hostile = readonly (readonly [string, Uint8Array, string])[];

/** A test for each file. */
export function refuseEach(
  files: Hostile,
  read: (bytes: Uint8Array) => { readonly table?: Table; readonly problems: readonly DataProblem[] },
): void {
  for (const [name, bytes, expected] of files) {
    it(`refuse ${name}`, () => {
      const { table, problems } = read(bytes);
      assert.equal(table, undefined);
      assert.deepEqual(
        problems.map(({ code }) => code),
        [expected],
      );
    });
  }
}
