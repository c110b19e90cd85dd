/** Training on PyTorch, with programs of Node in the place of Python. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LauncherOptions, pythonLauncher } from '../../../src/server/pytorch/pythonProcess.node';
import { PyTorchServer } from '../../../src/server/pytorch/pytorchServer';
import { code, type Harness, ok, startEngine, startOptions } from './harness';

const spec = `
seed: 1
data: { source: xor }
model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training: { optimizer: { sgd: 0.5 }, batch_size: 2, epochs: 3, engine: pytorch }
expect: [loss < 10]
`;

/** Answers as the runner does: it trains nothing, and all its weights are 0.5. */
const trained = `
const line = require('node:readline').createInterface({ input: process.stdin });
const send = (message) => console.log(JSON.stringify(message));
const tell = (event) => send({ kind: 'event', event });
let [epoch, step, rate] = [0, 0, 0.5];
const position = () => ({ epoch, step, hasNetwork: true, learningRate: rate });
const half = (count) => Buffer.from(new Float32Array(count).fill(0.5).buffer).toString('base64');
const tensors = { 'dense_1.weight': half(8), 'dense_1.bias': half(4), 'dense_2.weight': half(4), 'dense_2.bias': half(1) };
const doEpoch = () => {
  epoch += 1;
  step += 2;
  const values = [['loss', 1 / epoch], ['accuracy', 'NaN']];
  tell({ type: 'progress', position: position(), epochs: [{ epoch, step, values }], steps: [step - 1, step], losses: [1, 2] });
};
const answers = {
  hello: () => ({ protocol: 1, version: '2.9', device: 'cpu', threads: 3 }),
  weights: () => ({ position: position(), tensors }),
  setLearningRate: ({ learningRate }) => ((rate = learningRate), position()),
  pause: position,
  step: () => setImmediate(() => (doEpoch(), tell({ type: 'paused' }))) && position(),
  stop: () => setImmediate(() => tell({ type: 'ended', reason: 'stopped', tensor: null })) && null,
  resume: () => setImmediate(() => { while (epoch < 3) doEpoch(); tell({ type: 'ended', reason: END, tensor: TENSOR }); }) && position(),
};
console.log('a sentence that is no message');
line.on('line', (text) => {
  const { id, name, params } = JSON.parse(text);
  send({ kind: 'reply', id, reply: { ok: name in answers ? answers[name](params) : null } });
});
line.on('close', () => process.exit(0));
`;

const ends = { END: "'done'", TENSOR: 'null' };

describe('training on PyTorch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-python-'));
  const open: Harness[] = [];
  let programs = 0;

  afterEach(() => {
    for (const engine of open.splice(0)) {
      engine.dispose();
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  /** An engine whose Python is this program. */
  function engineOf(program: string, options: Partial<LauncherOptions> = {}, python?: string): Harness {
    const path = join(folder, `python-${programs++}`);
    writeFileSync(path, `#!${process.execPath}\n${program}`, { mode: 0o755 });
    const launcher = pythonLauncher(python ?? path, { runner: 'runner.py', other: '--python PATH', ...options });
    const engine = startEngine({}, undefined, (port, environment) => new PyTorchServer(port, environment, launcher));
    open.push(engine);
    return engine;
  }

  const programWith = (texts: Readonly<Record<string, string>>) =>
    Object.entries({ ...ends, ...texts }).reduce((text, [name, value]) => text.replace(name, value), trained);

  async function failureOf(engine: Harness): Promise<string> {
    ok(await engine.client.ask('start', startOptions(spec)));
    const { failure } = await engine.until('failed');
    return failure.message;
  }

  it('tells what it can do, and answers what it cannot', async () => {
    const engine = engineOf(programWith({}));
    const { engine: name, capabilities } = ok(await engine.client.hello());
    assert.equal(name, 'pytorch');
    assert.deepEqual(capabilities.steps, ['batch', 'epoch']);
    assert.ok(!capabilities.requests.includes('walk') && !capabilities.measurements.includes('gradientHistory'));
    assert.equal(code(await engine.client.ask('walk', { subject: { kind: 'batch' } })), 'unknown-request');
  });

  it('tells epochs, batches and progress, and judges the weights that it has learned', async () => {
    let log = '';
    const engine = engineOf(programWith({}), { log: (text) => (log += text) });
    ok(await engine.client.ask('start', startOptions(spec)));
    const { ended, progress } = await engine.until('ended');
    const [{ started }] = engine.ofType('started');
    assert.deepEqual(started.engine, { version: '2.9', backend: 'pytorch', threads: 3 });
    const records = engine.ofType('epochs').flatMap((event) => event.records);
    assert.deepEqual(
      records.map(({ epoch, step }) => [epoch, step]),
      [
        [1, 2],
        [2, 4],
        [3, 6],
      ],
    );
    assert.deepEqual(records[0].values, [
      ['loss', 1],
      ['accuracy', Number.NaN],
    ]);
    assert.deepEqual(
      engine.ofType('batches').flatMap(({ steps }) => [...steps]),
      [1, 2, 3, 4, 5, 6],
    );
    assert.equal(ended.reason, 'completed');
    assert.deepEqual([progress.state, progress.epoch, progress.step], ['completed', 3, 6]);
    assert.ok(ended.expect[0].ok && Number.isFinite(ended.final.train?.[0][1]));
    assert.match(log, /a sentence that is no message/);
    const measured = ok(await engine.client.ask('measure', { questions: { activations: {} } }));
    assert.ok(measured.activations && 'ok' in measured.activations);
    assert.ok(ok(await engine.client.ask('saveWeights', null)).length > 100);
  });

  it('is paused, stepped, given a learning rate and stopped', async () => {
    const engine = engineOf(programWith({}));
    ok(await engine.client.ask('start', startOptions(spec, { paused: true })));
    await engine.until('started');
    const stepped = ok(await engine.client.ask('step', { unit: 'epoch' }));
    assert.deepEqual([stepped.state, stepped.epoch, stepped.step], ['paused', 1, 2]);
    assert.equal(code(await engine.client.ask('step', { unit: 'phase' })), 'unknown-request');
    assert.equal(ok(await engine.client.ask('setLearningRate', { learningRate: 0.25 })).learningRate, 0.25);
    assert.deepEqual(engine.ofType('intervention')[0].intervention, {
      kind: 'learning_rate',
      step: 2,
      epochs: 1,
      value: 0.25,
    });
    ok(await engine.client.ask('stop', null));
    assert.equal((await engine.until('ended')).ended.reason, 'stopped');
    assert.equal(code(await engine.client.ask('resume', null)), 'run-over');
  });

  it('names the layer in which a run diverged', async () => {
    const engine = engineOf(programWith({ END: "'diverged'", TENSOR: "'dense_1.weight'" }));
    ok(await engine.client.ask('start', startOptions(spec)));
    const { ended } = await engine.until('ended');
    assert.equal(ended.reason, 'diverged');
    assert.equal(ended.divergence?.layer, 'dense_1');
    assert.match(ended.divergence?.message ?? '', /at step 6: dense_1\.weight/);
  });

  it('refuses a cross-validation and a checkpoint', async () => {
    const options = startOptions(spec);
    const { training } = options.spec;
    for (const refused of [
      { ...options, spec: { ...options.spec, training: { ...training, crossValidation: 3 } } },
      { ...options, resume: new Uint8Array(8) },
    ]) {
      const engine = engineOf(programWith({}));
      ok(await engine.client.ask('start', refused));
      const { problems } = await engine.until('refused');
      assert.match(problems[0].message, /PyTorch/);
    }
  });

  it('says of every Python that cannot train why not, and what to do', async () => {
    const fails = (kind: string, ...args: string[]) =>
      `console.log(JSON.stringify({ kind: 'event', event: { type: 'failed', code: '${kind}', args: ${JSON.stringify(args)} } }));`;
    const cases: readonly (readonly [program: string, message: RegExp, options?: Partial<LauncherOptions>])[] = [
      [fails('no-module', 'torch', '/usr/bin/python3'), /no module “torch”. Install it by “\/usr\/bin\/python3 -m pip/],
      [fails('old-torch', '1.4', '1.13'), /PyTorch 1\.4 is too old: training needs 1\.13/],
      [fails('no-cuda'), /no CUDA device\. Write “device: auto”/],
      [fails('torch-memory', 'cuda'), /graphics card has not enough memory/],
      [fails('script', 'ValueError: no'), /cannot go on: ValueError: no/],
      [
        "console.error('SyntaxError: old'); process.exit(1)",
        /ended before it could train \(exit code 1\).*SyntaxError: old/,
      ],
      ["setInterval(() => process.stdout.write('y\\n'.repeat(100000)), 1)", /is no Python/],
      ['setInterval(() => undefined, 1000)', /has not answered/, { patience: 0.2 }],
      [
        programWith({ END: "(process.kill(process.pid, 'SIGKILL'), 'done')" }),
        /ended from outside, perhaps for want of memory\. The losses so far are kept/,
      ],
    ];
    for (const [program, message, options] of cases) {
      assert.match(await failureOf(engineOf(program, options)), message);
    }
    assert.match(await failureOf(engineOf('', {}, join(folder, 'none'))), /cannot be started\. Install Python/);
  });

  it('leaves no files behind', async () => {
    const place = join(folder, 'place');
    const tell = `require('node:fs').writeFileSync(${JSON.stringify(place)}, process.cwd());`;
    const engine = engineOf(tell + programWith({}));
    ok(await engine.client.ask('start', startOptions(spec, { paused: true })));
    await engine.until('started');
    const own = readFileSync(place, 'utf8');
    assert.deepEqual(readdirSync(own).sort(), ['inputs.bin', 'parts.bin', 'targets.bin', 'train.py']);
    ok(await engine.client.ask('resume', null));
    await engine.until('ended');
    for (let tries = 0; existsSync(own) && tries < 500; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.ok(!existsSync(own));
  });
});
