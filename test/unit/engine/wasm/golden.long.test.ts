import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { golden, goldenRuns, goldenWith } from '../../../harness/golden';
import { buildGoldenProgram, type GoldenProgram } from '../../../harness/goldenProcess';

describe('golden runs', function () {
  this.timeout(120_000);
  let program: GoldenProgram;

  before(async () => {
    program = await buildGoldenProgram();
  });
  after(() => program.dispose());

  it('are there for every example', () => {
    const examples: { file: string }[] = JSON.parse(readFileSync('examples/index.json', 'utf8'));
    const covered = new Set(goldenRuns.map(({ example }) => `${example}.nnspec`));
    assert.deepEqual(
      examples.map(({ file }) => file).filter((file) => !covered.has(file)),
      [],
    );
    assert.deepEqual(
      Object.keys(golden),
      goldenRuns.map(({ name }) => name),
    );
  });

  for (const threads of [1, 2, 4]) {
    it(`give the committed bits of every loss and weight under this Node with ${threads} thread(s)`, async () => {
      assert.deepEqual(await program.run(process.execPath, threads, 'plain'), goldenWith(threads));
    });
  }
});
