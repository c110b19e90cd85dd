import assert from 'node:assert/strict';
import { installWorkbench } from '../../scripts/workbench.mjs';
import { goldenWith } from '../harness/golden';
import { buildGoldenProgram, type GoldenProgram } from '../harness/goldenProcess';

describe('golden runs', function () {
  this.timeout(180_000);
  let program: GoldenProgram;
  let node: string;

  before(async () => {
    program = await buildGoldenProgram();
    node = (await installWorkbench(() => undefined)).node;
  });
  after(() => program.dispose());

  for (const width of ['plain', 'wide'] as const) {
    for (const threads of [1, 2, 4]) {
      it(`give the committed bits under the workbench's Node with ${threads} thread(s) and ${width} vectors`, async () => {
        assert.deepEqual(await program.run(node, threads, width), goldenWith(threads));
      });
    }
  }
});
