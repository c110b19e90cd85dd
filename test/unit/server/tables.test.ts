import assert from 'node:assert/strict';
import { loadFacts } from '../../../src/data';
import { findCell } from '../../../src/data/cellPlaces';
import { profileTable } from '../../../src/data/profile';
import type { ColumnsAnswer, EngineRequests } from '../../../src/protocol/engine';
import { predictionsCsv, predictTable, specTextOf } from '../../../src/server/predictTable';
import { filesWith } from '../data/support';
import { type Harness, startEngine, startOptions } from './harness';

const table = 'x1,x2,y\n0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n';
const broken = 'x1,x2,y\n0,0\n';
/** Commas may separate decimals or thousands. */
const doubtful = 'x1\tx2\ty\n1,234\t2,345\tno\n';
const marked = `x,y\n${Array.from({ length: 50 }, (_, row) => `${row === 3 ? '?' : row},${row}\n`).join('')}`;
/** Three whole numbers of eight bits. */
const labels = String.fromCharCode(0, 0, 8, 1, 0, 0, 0, 3, 1, 0, 1);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const { spec } = startOptions(`
data: { file: a.csv, target: y }
model: { layers: [{ dense: { units: 3, activation: tanh } }, { dense: { units: 1, activation: sigmoid } }] }
training: { epochs: 3 }
`);

describe('An engine’s requests about tables', () => {
  let engine: Harness;
  before(() => {
    engine = startEngine({
      'a.csv': table,
      'broken.csv': broken,
      'gaps.csv': 'x1,x2,y\n0,1,yes\n1,,no\n',
      'doubt.tsv': doubtful,
      'labels.idx': labels,
      'marked.csv': marked,
    });
  });
  after(() => engine.dispose());

  async function ask<Name extends keyof EngineRequests>(name: Name, params: EngineRequests[Name]['params']) {
    const reply = await engine.client.ask(name, params);
    return 'ok' in reply ? reply.ok : assert.fail(reply.err.message);
  }

  it('profile their columns', async () => {
    const described = profileTable(bytesOf(table), 'a.csv');
    assert.ok('facts' in described);
    assert.deepEqual(await ask('profile', { table: 'a.csv' }), { facts: described.facts, warnings: [] });
  });

  it('profile them for a new spec, with marks read as missing', async () => {
    const found = await ask('profile', { table: 'marked.csv', forNewSpec: true });
    assert.ok('facts' in found);
    assert.deepEqual(found.facts.naValues, ['?']);
  });

  it('return the facts of a spec’s data', async () => {
    const { data, seed } = spec;
    const request = { data, seed, loss: spec.training.loss.name };
    assert.deepEqual(await ask('facts', { spec }), await loadFacts(request, filesWith(table)));
  });

  it('find a cell, or none', async () => {
    const asked = { table: 'a.csv', column: 2, value: 'yes' };
    assert.deepEqual(await ask('findCell', asked), findCell(bytesOf(table), { fileName: 'a.csv' }, 2, 'yes'));
    assert.equal(await ask('findCell', { ...asked, value: 'perhaps' }), null);
  });

  it('open the data of a spec, and answer questions about them', async () => {
    const opened = await ask('openData', { spec });
    assert.ok('view' in opened);
    assert.deepEqual([opened.view.rows, opened.view.columns, opened.problems], [4, 3, []]);
    const sorted = await ask('askData', {
      kind: 'page',
      from: 1,
      count: 2,
      columns: [0, 2],
      sort: { column: 2, descending: true },
    });
    assert.ok(sorted.kind === 'page');
    assert.deepEqual(
      sorted.rows.map(({ number, cells }) => [number, ...cells]),
      [
        [2, 0, 'yes'],
        [4, 1, 'no'],
      ],
    );
    const { columns, matching } = (await ask('askData', { kind: 'columns', search: 'X', from: 1 })) as ColumnsAnswer;
    assert.deepEqual([columns.map(({ name }) => name), matching], [['x2'], 2]);
    const points = await ask('askData', { kind: 'scatter', columns: [0, 1] });
    assert.deepEqual(points.kind === 'scatter' && [...points.columns[1].values], [0, 1, 0, 1]);
  });

  it('have no answer before data are opened, or where they cannot be read', async () => {
    const other = startEngine({ 'a.csv': broken });
    const reply = await other.client.ask('askData', { kind: 'columns', search: '', from: 0 });
    assert.equal('err' in reply && reply.err.code, 'no-table');
    const refused = await other.client.ask('openData', { spec });
    assert.deepEqual('ok' in refused && refused.ok.problems.map(({ code }) => code), ['ragged-row']);
    other.dispose();
  });

  async function trained(): Promise<Uint8Array> {
    const run = startEngine({ 'a.csv': table });
    await run.client.ask('start', { spec, specText: 'the spec’s text', fileName: 'a.nnspec' });
    await run.until('ended');
    const saved = await run.client.ask('saveWeights', null);
    run.dispose();
    return 'ok' in saved ? saved.ok : assert.fail(saved.err.message);
  }

  it('predict their rows', async () => {
    const weights = await trained();
    assert.deepEqual(specTextOf(weights), { ok: 'the spec’s text', inputShape: [2] });
    const wanted = predictTable(weights, spec, bytesOf(table), 'a.csv');
    assert.ok('ok' in wanted && wanted.ok.rows === 4);
    assert.deepEqual(await ask('predict', { weights, spec, table: 'a.csv' }), {
      csv: [...predictionsCsv(wanted.ok)].join(''),
      score: wanted.ok.score,
      doubts: [],
    });
    const refused = await ask('predict', { weights, spec: null, table: 'a.csv' });
    assert.match('problem' in refused ? refused.problem : '', /^The spec in the weights file cannot be read/);
    const ragged = await ask('predict', { weights, spec, table: 'broken.csv' });
    assert.equal('problems' in ragged && ragged.problems[0].code, 'ragged-row');
  });

  it('name doubts about how they were read', async () => {
    const asked = { weights: await trained(), spec, table: 'doubt.tsv' };
    for (const result of [await ask('predict', asked), await ask('evaluate', asked)]) {
      assert.ok('doubts' in result && result.doubts.length === 1);
      assert.match(result.doubts[0], /^A number such as 1,234 in doubt\.tsv/);
    }
  });

  it('say how many rows lack an input, where the training dropped such rows', async () => {
    const dropping = { ...spec, data: { ...spec.data, missing: 'drop' as const } };
    const asked = { weights: await trained(), spec: dropping, table: 'gaps.csv' };
    const predicted = await ask('predict', asked);
    assert.ok('csv' in predicted);
    assert.match(predicted.csv, /\n1,0\.\d+,(yes|no)\n2,,\n$/);
    assert.deepEqual(predicted.doubts, ['Rows that lack an input, which have no prediction (missing: drop): 1.']);
    const evaluated = await ask('evaluate', asked);
    assert.deepEqual('scores' in evaluated && [evaluated.scores.rows, evaluated.scores.withGaps], [1, 1]);
  });

  it('evaluate on their rows, and measure importance on as many as there is time for', async () => {
    const asked = { weights: await trained(), spec, table: 'a.csv' };
    const columnsOf = async (importance?: { readonly repeats: number; readonly work?: number }) => {
      const result = await ask('evaluate', { ...asked, importance });
      assert.ok('scores' in result && result.scores.rows === 4);
      const { importance: found } = result.scores;
      return typeof found === 'object' ? found.columns.map(({ column }) => column).sort() : found;
    };
    assert.equal(await columnsOf(), undefined);
    assert.deepEqual(await columnsOf({ repeats: 3 }), ['x1', 'x2']);
    // A few rows are all measured, or none is.
    assert.equal(await columnsOf({ repeats: 3, work: 500 }), 'omitted');
  });

  it('evaluate with labels from another file', async () => {
    const asked = { weights: await trained(), spec, table: 'a.csv', labels: 'labels.idx' };
    const result = await ask('evaluate', asked);
    assert.match(
      'problems' in result ? result.problems[0].message : '',
      /^a\.csv has 4 rows, but labels\.idx has 3 labels/,
    );
    await assert.rejects(ask('evaluate', { ...asked, labels: 'none.idx' }), /There is no file none\.idx/);
  });

  it('point to what is wrong with them', async () => {
    const found = await ask('profile', { table: 'broken.csv' });
    assert.ok('problems' in found);
    const [{ code, file, range }] = found.problems;
    assert.deepEqual([code, file, range?.start.line], ['ragged-row', 'broken.csv', 1]);
  });

  it('are answered with a sentence where a file cannot be read', async () => {
    const reply = await engine.client.ask('profile', { table: 'none.csv' });
    assert.match('err' in reply ? reply.err.message : '', /There is no file none\.csv/);
  });
});
