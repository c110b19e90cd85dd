import * as vscode from 'vscode';
import { decodeWeights } from '../../src/engine';
import { golden, goldenOf, goldenRuns, goldenText } from '../harness/golden';
import { equal, ok } from './assert';
import { closeEditors, inWorkspace, trainToEnd, write } from './support';

describe('golden runs', function () {
  this.timeout(120_000);
  afterEach(closeEditors);

  for (const [i, run] of goldenRuns.entries()) {
    it(`${run.name}: the committed bits of every loss and weight`, async () => {
      const example = await vscode.workspace.fs.readFile(inWorkspace(`${run.example}.nnspec`));
      const spec = await write(`golden-${i}.nnspec`, goldenText(run, new TextDecoder().decode(example)));
      const trained = await trainToEnd(spec);
      const saved = await trained.ask('saveWeights', null);
      const file = 'ok' in saved ? decodeWeights(saved.ok) : undefined;
      ok(file && 'ok' in file, JSON.stringify(file));
      const losses = [...trained.series().loss.y];
      const weights = file.ok.tensors.map(({ values }) => values);
      equal(await goldenOf(losses, weights), golden[run.name]);
    });
  }
});
