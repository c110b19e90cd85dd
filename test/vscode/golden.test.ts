import * as vscode from 'vscode';
import { decodeWeights } from '../../src/engine';
import { parseSpec } from '../../src/language';
import { golden, goldenOf, goldenRuns, goldenText } from '../harness/golden';
import { equal, ok } from './assert';
import { inWorkspace, keepRuns, services } from './support';

describe('golden runs', function () {
  this.timeout(120_000);
  // Neither panels nor folders of runs: only the engine's bits.
  before(() => keepRuns(0));
  after(() => keepRuns(undefined));

  for (const run of goldenRuns) {
    it(`${run.name}: the committed bits of every loss and weight`, async () => {
      const fileName = `${run.example}.nnspec`;
      const example = await vscode.workspace.fs.readFile(inWorkspace(fileName));
      const specText = goldenText(run, new TextDecoder().decode(example));
      const { spec } = parseSpec(specText, { fileName });
      ok(spec, 'the spec has errors');
      const { runs } = await services();
      const trained = runs.trainBeside({ specUri: inWorkspace(fileName), specText, fileName, spec });
      await trained.over;
      const saved = await trained.ask('saveWeights', null);
      trained.endEngine();
      const file = 'ok' in saved ? decodeWeights(saved.ok) : undefined;
      ok(file && 'ok' in file, JSON.stringify(file));
      const losses = [...trained.series().loss.y];
      const weights = file.ok.tensors.map(({ values }) => values);
      equal(await goldenOf(losses, weights), golden[run.name]);
    });
  }
});
