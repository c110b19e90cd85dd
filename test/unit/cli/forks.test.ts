import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskKeeping } from '../../../src/cli/diskKeeping';
import { readFilm } from '../../../src/common/filmFile';
import { decodeWeights, placeOf, stepOf } from '../../../src/engine';
import { parseSpec } from '../../../src/language';
import { RunRepository } from '../../../src/runs/runRepository';
import { goOnTo } from '../../../src/runs/startAgain';
import { startInProcess } from '../../harness/inProcess';
import { nnspec, type RunOptions, slowly, Workspace } from './harness';

const moons = `name: Moons
seed: 3
data: { source: { moons: { samples: 60 } }, split: { train: 0.6, validation: 0.2, test: 0.2 } }
model:
  layers:
    - dense: { units: 6, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training: { optimizer: { adam: 0.02 }, batch_size: 8, epochs: 12 }
`;

describe('forks on the command line', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = new Workspace();
    await workspace.write('m.nnspec', moons);
  });
  afterEach(() => workspace.dispose());
  const at = (...path: string[]) => join(workspace.folder, ...path);
  const run = (argv: readonly string[], options: Partial<RunOptions> = {}) =>
    nnspec(argv, { cwd: workspace.folder, now: slowly(), ...options });
  const ids = () => readdirSync(at('.nnspec', 'runs')).sort();
  const file = (id: string, name: string) => at('.nnspec', 'runs', id, name);
  const headerOf = (id: string) => JSON.parse(readFileSync(file(id, 'run.json'), 'utf8')) as Record<string, unknown>;
  const newId = async (argv: readonly string[], options: Partial<RunOptions> = {}) => {
    const before = readdirSync(workspace.folder).includes('.nnspec') ? ids() : [];
    const result = await run(argv, options);
    const [id, ...others] = ids().filter((each) => !before.includes(each));
    assert.deepEqual(others, []);
    return { ...result, id };
  };
  /** A run that was stopped in epoch 5. */
  const stopped = async () => (await newId(['train', 'm.nnspec', '--keep'], { interruptAfter: 'epoch 4/' })).id;

  it('from a moment of the film begin with its very weights, trained once more from the checkpoint before', async () => {
    const { id } = await newId(['train', 'm.nnspec', '--keep'], { interruptAfter: 'epoch 4/' });
    const { openFolder, clock, here } = diskKeeping;
    const repository = new RunRepository(openFolder(at('.nnspec')), { clock, here });
    // The last checkpoint becomes one on the way.
    const middle = headerOf(id).step as number;
    copyFileSync(file(id, 'checkpoints/last.nnckpt'), file(id, `checkpoints/${middle}.nnckpt`));
    assert.equal((await run(['runs', 'resume', id])).status, 0);
    const found = await repository.find(id);
    const { spec } = parseSpec(moons, { fileName: 'm.nnspec' });
    assert.ok(found && 'header' in found && spec);
    const kept = await repository.read(id);
    const frames = readFilm(readFileSync(file(id, 'film.bin')));
    const chosen = [frames[0], ...frames.filter(({ step }) => [middle - 3, middle, middle + 5].includes(step))];
    assert.equal(chosen.length, 4);
    for (const { step, values } of chosen) {
      const start = await goOnTo(step, repository, found.header, kept, { placeOf, stepOf });
      assert.ok(start && !('problem' in start));
      assert.equal(start.resume !== undefined, step >= middle);
      const engine = startInProcess({} as never, { now: () => performance.now(), schedule: setImmediate });
      const text = { spec, specText: moons, fileName: 'm.nnspec' };
      await engine.client.ask('start', { ...text, ...start, film: undefined, inspect: true, paused: true });
      await new Promise<void>((ready) => engine.client.onEvent(({ type }) => type === 'started' && ready()));
      const reached = await engine.client.ask('trainTo', { step });
      assert.ok('ok' in reached);
      assert.deepEqual([reached.ok.step, reached.ok.state], [step, 'paused']);
      const weights = await engine.client.ask('saveWeights', null);
      assert.ok('ok' in weights);
      const decoded = decodeWeights(weights.ok);
      assert.ok('ok' in decoded);
      assert.deepEqual(
        decoded.ok.tensors.flatMap((tensor) => [...tensor.values]),
        [...values],
      );
      engine.dispose();
    }
  });

  it('of the same spec have the bits of the run, are kept with their parent, and can be repeated and resumed', async () => {
    const whole = await newId(['train', 'm.nnspec', '--keep']);
    const parent = await stopped();
    const { id, status, err, lines } = await newId(['runs', 'fork', parent, '--keep', '--json']);
    assert.equal(status, 0, err);
    const from = lines[0].from as Record<string, unknown>;
    assert.equal(from.file, `${parent}/last.nnckpt`);
    const names = ['dense_1.weight', 'dense_1.bias', 'dense_2.weight', 'dense_2.bias'];
    const step = headerOf(parent).step as number;
    assert.deepEqual(headerOf(id).parent, { id: parent, step, kept: names, anew: [], goes_on: true });
    const weights = (of: string) => readFileSync(file(of, 'weights.safetensors'));
    assert.deepEqual(weights(id), weights(whole.id));
    assert.equal((await run(['runs', 'repeat', id])).status, 0);
    // One that was killed before its first checkpoint begins again from its origin.
    rmSync(file(id, 'checkpoints/last.nnckpt'));
    writeFileSync(file(id, 'run.json'), JSON.stringify({ ...headerOf(id), state: 'stopped' }));
    const log = readFileSync(file(id, 'events.jsonl'), 'utf8');
    writeFileSync(file(id, 'events.jsonl'), log.replace(/^.*"event":"end".*\n/m, ''));
    const resumed = await run(['runs', 'resume', id]);
    assert.equal(resumed.status, 0, resumed.err);
    assert.deepEqual(weights(id), weights(whole.id));
    assert.deepEqual(headerOf(id).parent, { id: parent, step, kept: names, anew: [], goes_on: true });
    assert.match(
      (await run(['runs', 'show', id])).out,
      new RegExp(`forked from: ${parent}, ${step}\\n.*kept all 4 tensors`),
    );
  });

  it('take the file as it is now, or another one, and say what they have kept', async () => {
    const parent = await stopped();
    await workspace.write('m.nnspec', moons.replace('units: 6', 'units: 7'));
    const { id, out, status } = await newId([
      'runs',
      'fork',
      parent.slice(-4),
      '--step',
      'best',
      '--keep',
      '--seed',
      '5',
    ]);
    assert.equal(status, 0);
    assert.match(out, new RegExp(`Forked from ${parent}/best\\.nnckpt at epoch \\d\n`));
    assert.match(
      out,
      /kept 1 of 4 tensors: dense_2\.bias; begin anew: dense_1\.weight, dense_1\.bias, dense_2\.weight; the optimizer begins anew\n/,
    );
    assert.doesNotMatch(out, /Goes on from a checkpoint/);
    assert.deepEqual([headerOf(id).seed, headerOf(id).overrides, headerOf(id).step], [5, { seed: 5 }, 60]);
    assert.equal((await run(['runs', 'repeat', id])).status, 0);
    await workspace.write('deeper.nnspec', moons.replace('adam: 0.02', 'adam: 0.01'));
    const before = ids();
    const other = await run(['runs', 'fork', parent, 'deeper.nnspec', '--epochs', '7']);
    assert.match(other.out, /kept all 4 tensors; the optimizer goes on\nGoes on from a checkpoint\. Epochs done: [45]/);
    assert.deepEqual(ids(), before, 'not kept without --keep');
    // The file of the spec is gone: the run has its own.
    rmSync(at('m.nnspec'));
    assert.match((await run(['runs', 'fork', parent])).out, /kept all 4 tensors; the optimizer goes on/);
  });

  it('begin at a milestone, and are refused where there is none, or it is damaged', async () => {
    const parent = await stopped();
    const milestone = file(parent, 'checkpoints/7.nnckpt');
    writeFileSync(milestone, readFileSync(file(parent, 'checkpoints/best.nnckpt')));
    assert.equal((await run(['runs', 'fork', parent, '--step', '7'])).status, 0);
    const none = await run(['runs', 'fork', parent, '--step', '8']);
    assert.equal(none.status, 2);
    assert.match(none.err, new RegExp(`The run ${parent} has no checkpoint “8”\\. There are: last, best, 7\\.`));
    writeFileSync(milestone, 'x');
    const damaged = await run(['runs', 'fork', parent, '--step', '7']);
    assert.equal(damaged.status, 1);
    assert.match(damaged.err, /checkpoints\/7\.nnckpt: /);
    const newer = readFileSync(file(parent, 'checkpoints/last.nnckpt'), 'latin1').replace(
      '"nnspec_checkpoint":"1"',
      '"nnspec_checkpoint":"2"',
    );
    writeFileSync(file(parent, 'checkpoints/last.nnckpt'), newer, 'latin1');
    assert.match((await run(['runs', 'fork', parent])).err, /last\.nnckpt: The checkpoint has the format 2/);
    await workspace.write('m.nnspec', moons.replaceAll('dense: {', 'dense: { name: x, '));
    const mistake = await run(['runs', 'fork', parent, '--step', 'best', '--json']);
    assert.deepEqual([mistake.status, mistake.lines.at(-1)?.reason], [1, 'failed']);
    assert.equal((await run(['runs', 'fork', parent, 'a', 'b'])).status, 2);
    rmSync(file(parent, 'checkpoints'), { recursive: true });
    assert.match((await run(['runs', 'fork', parent])).err, /has no checkpoint\./);
  });
});
