/** Exported C is compiled without warnings, and gives the bits of `nnspec predict`. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nnspec, type RunOptions, Workspace } from '../unit/cli/harness';
import { mixedSpec, mixedTable, predictionsOf, type Trained, trainedOn } from '../unit/export/programs';
import { catalogueSpecs } from './catalogueSpecs';

const compiler = process.env.CC ?? 'cc';
const flags = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-O2'];
const sweeps = ['xor-seeds'];

/** Predicts rows of binary numbers. */
const caller = (inputs: number, outputs: number) => `#include <stdio.h>
int predict(const double *inputs, double *outputs);
int main(void) {
    double row[${inputs}], result[${outputs}];
    while (fread(row, sizeof row, 1, stdin) == 1) {
        if (predict(row, result) != 0) {
            return 1;
        }
        fwrite(result, sizeof result, 1, stdout);
    }
    return 0;
}
`;

describe('predict.c', () => {
  const workspace = new Workspace();
  const cwd = workspace.folder;
  after(() => workspace.dispose());

  async function compare({ weights, rows, outputs }: Trained): Promise<void> {
    const made = await nnspec(['export', weights, '--to', 'c', '--out', 'predict.c'], { cwd });
    assert.equal(made.status, 0, made.err);
    writeFileSync(join(cwd, 'main.c'), caller(rows[0].length, outputs.length / rows.length));
    execFileSync(compiler, [...flags, 'predict.c', 'main.c', '-o', 'predict', '-lm'], { cwd });
    const input = new Uint8Array(new Float64Array(rows.flat()).buffer);
    const found = execFileSync(join(cwd, 'predict'), { input });
    assert.deepEqual(new Float64Array(new Uint8Array(found).buffer), Float64Array.from(outputs));
  }

  const examples = readdirSync('examples').filter((name) => /^[^.]+\.nnspec$/.test(name));
  for (const example of examples.filter((name) => !sweeps.includes(name.replace('.nnspec', '')))) {
    it(`predicts as we do: ${example}`, async () =>
      compare(await trainedOn(example, { cwd: resolve('examples') }, workspace)));
  }

  it('predicts as we do with dates, categories, missing cells, scaled targets and a formula', async () => {
    await workspace.write('mixed.csv', mixedTable);
    await workspace.write('mixed.nnspec', mixedSpec);
    await nnspec(['train', 'mixed.nnspec', '--epochs', '1', '--save', 'm.safetensors'], { cwd });
    const weights = join(cwd, 'm.safetensors');
    await compare({ weights, ...predictionsOf(weights, mixedTable) });
  });

  // Optimizers, schedules and initializers do not change what a program looks like.
  const shaping = /^(?!the (optimizer|schedule|initializer))/;
  for (const [name, spec] of Object.entries(catalogueSpecs).filter(([title]) => shaping.test(title))) {
    it(`predicts as we do: ${name}`, async () => {
      const options: RunOptions = { cwd };
      await workspace.write('spec.nnspec', spec);
      await compare(await trainedOn('spec.nnspec', options, workspace));
    });
  }
});
