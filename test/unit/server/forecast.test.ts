import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseSpec } from '../../../src/language';
import { startEngine } from './harness';

function specOf(text: string) {
  const { spec, problems } = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(spec, JSON.stringify(problems));
  return spec;
}

const digits = readFileSync('examples/digits.nnspec', 'utf8');
const table = 'x,y\n1,0\n2,1\n3,0\n4,1\n';
const onFile = `data: { file: a.csv, target: y }
model: { layers: [{ dense: { units: 3, activation: tanh } }, { dense: { units: 1, activation: sigmoid } }] }`;

describe('An engine without a run', () => {
  it('forecasts a spec, twice with the same figures', async () => {
    const engine = startEngine({ 'digits.csv': readFileSync('examples/digits.csv', 'utf8') });
    const ask = async () => {
      const reply = await engine.client.ask('forecast', { spec: specOf(digits), dataStamp: '1' });
      return 'ok' in reply ? reply.ok : assert.fail(reply.err.message);
    };
    const first = await ask();
    assert.equal(first?.samples, 128);
    assert.ok(first.layers.every(({ delta }) => delta !== undefined && delta > 0));
    assert.deepEqual(await ask(), first);
    engine.dispose();
  });

  it('reads the data once for each stamp that the request gives', async () => {
    const reads: string[] = [];
    const files = new Proxy(
      { 'a.csv': table },
      {
        get(all, name) {
          reads.push(String(name));
          return Reflect.get(all, name);
        },
      },
    );
    const engine = startEngine(files);
    for (const dataStamp of ['1', '1', '2']) {
      await engine.client.ask('forecast', { spec: specOf(onFile), dataStamp });
    }
    assert.equal(reads.length, 2);
    engine.dispose();
  });

  it('reads data again that could not be read', async () => {
    const files: Record<string, string> = {};
    const engine = startEngine(files);
    const ask = () => engine.client.ask('forecast', { spec: specOf(onFile), dataStamp: '1' });
    assert.deepEqual(await ask(), { ok: null });
    files['a.csv'] = table;
    const later = await ask();
    assert.ok('ok' in later && later.ok);
    engine.dispose();
  });

  it('answers null where the data have errors', async () => {
    const engine = startEngine({ 'a.csv': table });
    const bad = specOf(onFile.replace('target: y', 'target: z'));
    assert.deepEqual(await engine.client.ask('forecast', { spec: bad, dataStamp: '1' }), { ok: null });
    engine.dispose();
  });
});
