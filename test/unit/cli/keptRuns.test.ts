import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keeping } from '../../../src/cli/io';
import { readFilm } from '../../../src/common/filmFile';
import { timeTag } from '../../../src/common/trainingTime';
import { readPanelFile } from '../../../src/protocol/panelFile';
import { readPieces } from '../../../src/runs/seriesLog';
import { MemoryFolder } from '../../harness/memoryFolder';
import { TestClock } from '../../harness/testClock';
import { nnspec, type RunOptions, slowly, Workspace, xor } from './harness';

const moons = `name: "🌙 Moons/../1"
seed: 3
data: { source: { moons: { samples: 60 } }, split: { train: 0.6, validation: 0.2, test: 0.2 } }
model:
  layers:
    - dense: { units: 6, activation: tanh }
    - dropout: 0.2
    - dense: { units: 1, activation: sigmoid }
training: { optimizer: { adam: 0.02 }, batch_size: 8, epochs: 12 }
expect: [loss < 9]
`;

describe('kept runs on the command line', () => {
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
  const text = (id: string, name: string) => readFileSync(file(id, name), 'utf8');
  const epochLines = (content: string) => content.split('\n').filter((line) => line.startsWith('{"event":"epoch"'));
  const headerOf = (id: string) => JSON.parse(text(id, 'run.json')) as Record<string, unknown>;
  /** The moments whose time is kept: step and seconds. */
  const timesOf = (id: string) =>
    readPieces(readFileSync(file(id, 'batches.bin'))).pieces.flatMap(([tag, { x, y }]) =>
      tag === timeTag ? Array.from(x, (step, i) => [step, y[i]]) : [],
    );
  /** Trains and keeps a run; its id. */
  const keep = async (argv: readonly string[] = ['m.nnspec'], options: Partial<RunOptions> = {}) => {
    const before = existsSync(at('.nnspec', 'runs')) ? ids() : [];
    await run(['train', ...argv, '--keep'], options);
    const [id, ...others] = ids().filter((each) => !before.includes(each));
    assert.deepEqual(others, []);
    return id;
  };

  it('are the lines of --json, a header, checkpoints and weights', async () => {
    const argv = ['train', 'm.nnspec', '--json', '--keep', '--seed', '9', '--save', 'w.safetensors'];
    const { status, out, err, lines } = await run([...argv, '--checkpoint', 'c.nnckpt']);
    assert.equal(status, 0, err);
    const [id] = ids();
    assert.match(id, /^\d{8}-\d{6}-moons-1-[0-9a-f]{4}$/);
    assert.match(err, new RegExp(`Kept as ${id}\n`));
    assert.equal(lines[0].run, id);
    assert.equal(text(id, 'events.jsonl'), out);
    assert.equal(text(id, 'spec.nnspec'), moons);
    assert.equal(readFileSync(at('.nnspec', '.gitignore'), 'utf8'), '*\n');
    assert.deepEqual(readFileSync(file(id, 'weights.safetensors')), readFileSync(at('w.safetensors')));
    assert.deepEqual(readFileSync(file(id, 'checkpoints/last.nnckpt')), readFileSync(at('c.nnckpt')));
    const { created: _, seconds, final, best, engine, data_hash, expect, ...rest } = headerOf(id);
    assert.deepEqual(rest, {
      nnspec_run: 1,
      id,
      name: '🌙 Moons/../1',
      spec: 'm.nnspec',
      state: 'completed',
      seed: 9,
      parameters: 25,
      overrides: { seed: 9 },
      epochs: 12,
      epoch: 12,
      step: 60,
      verdict: lines.at(-1)?.verdict,
    });
    assert.deepEqual([final, expect], [lines.at(-1)?.final, lines.at(-1)?.expect]);
    const panel = readPanelFile(text(id, 'panel.json'));
    assert.equal(panel.started?.dataHash, data_hash);
    assert.deepEqual([panel.ended?.reason, panel.started?.layers.map(({ line }) => line)], ['completed', [5, 6, 7]]);
    const film = readFilm(readFileSync(file(id, 'film.bin')));
    assert.deepEqual([film.length, film.at(-1)?.step], [61, 60]);
    assert.ok(readdirSync(file(id, 'checkpoints')).includes('best.nnckpt'));
    assert.deepEqual(readdirSync(at('.nnspec', 'runs', id)).sort(), [
      'batches.bin',
      'checkpoints',
      'events.jsonl',
      'film.bin',
      'panel.json',
      'run.json',
      'spec.nnspec',
      'weights.safetensors',
    ]);
  });

  it('hold a checkpoint before the first step, and the weights that they start from', async () => {
    await run(['train', 'm.nnspec', '--epochs', '1', '--save', 'w.safetensors']);
    const folder = new MemoryFolder();
    const first = new Map<string, Uint8Array>();
    const { err } = await run(['train', 'm.nnspec', '--keep', '--init', 'w.safetensors'], {
      keeping: { openFolder: () => folder },
      onOutput: (printed) => {
        if (printed.startsWith('epoch 1/')) {
          for (const [path, { bytes }] of folder.files) {
            first.set(path.split('/').slice(2).join('/'), bytes);
          }
        }
      },
    });
    assert.match(err, /Kept as/);
    for (const name of ['checkpoints/last.nnckpt', 'init.safetensors', 'spec.nnspec', 'run.json', 'lock']) {
      assert.ok(first.has(name), name);
    }
    assert.deepEqual(Buffer.from(first.get('init.safetensors')!), readFileSync(at('w.safetensors')));
  });

  it('get checkpoints at growing distances, and the last one at least every 10 seconds', async () => {
    const clock = new TestClock();
    const folder = new MemoryFolder();
    let checkpoints = 0;
    const replace = folder.replace.bind(folder);
    folder.replace = async (path, bytes) => {
      checkpoints += path.endsWith('last.nnckpt') ? 1 : 0;
      await replace(path, bytes);
    };
    const passing: Promise<void>[] = [];
    const { err } = await run(['train', 'm.nnspec', '--json', '--keep'], {
      keeping: { openFolder: () => folder, clock },
      onOutput: (printed) => {
        if (/"epoch":(?:3|6),/.test(printed)) {
          passing.push(clock.pass(10_000));
        }
      },
    });
    await Promise.all(passing);
    assert.match(err, /Kept as/);
    // Before the first step, after a second, again within the next ten, and the last one.
    assert.ok(checkpoints >= 4, `${checkpoints}`);
    assert.equal(clock.waiting, 0);
    const milestones = [...folder.files.keys()].flatMap((path) => /checkpoints\/(\d+)\.nnckpt/.exec(path)?.[1] ?? []);
    assert.ok(milestones.length > 0 && milestones.every((step) => Number(step) > 0), `${milestones}`);
  });

  it('go on after an interrupt with the same epochs and weights', async () => {
    const whole = await keep();
    const id = await keep(['m.nnspec'], { interruptAfter: 'epoch 4/' });
    assert.equal(headerOf(id).state, 'stopped');
    const before = timesOf(id);
    const { status, lines, err } = await run(['runs', 'resume', id.slice(-4), '--json']);
    assert.equal(status, 0, err);
    assert.deepEqual([lines[0].run, lines.at(-1)?.reason], [id, 'completed']);
    assert.ok(lines[0].resumed);
    assert.deepEqual(epochLines(text(id, 'events.jsonl')), epochLines(text(whole, 'events.jsonl')));
    assert.deepEqual(readFileSync(file(id, 'weights.safetensors')), readFileSync(file(whole, 'weights.safetensors')));
    // Its time goes on as well, from the beginning to the last step.
    const times = timesOf(id);
    assert.deepEqual([times[0], times.slice(0, before.length)], [[0, 0], before]);
    assert.ok(
      before.length > 1 && times.every(([x, y], i) => i === 0 || (x > times[i - 1][0] && y >= times[i - 1][1])),
    );
    assert.equal(times.at(-1)?.[0], headerOf(id).step);
    assert.deepEqual(readFilm(readFileSync(file(id, 'film.bin'))), readFilm(readFileSync(file(whole, 'film.bin'))));
    assert.deepEqual(
      [headerOf(id).state, headerOf(id).best, existsSync(file(id, 'lock'))],
      ['completed', headerOf(whole).best, false],
    );
    const again = await run(['runs', 'resume', id]);
    assert.equal(again.status, 1);
    assert.match(again.err, /is complete\. To train further, .*: nnspec runs fork .* --epochs N/);
    assert.equal(headerOf(id).state, 'completed');
  });

  it('go on with the folds that they have trained', async () => {
    const folds = moons.replace('epochs: 12', 'epochs: 3, cross_validation: 2');
    await workspace.write('f.nnspec', folds);
    const whole = await keep(['f.nnspec']);
    const inFold = await keep(['f.nnspec', '--json'], { interruptAfter: '"event":"fold"' });
    const after = await keep(['f.nnspec', '--json'], { interruptAfter: '{"event":"epoch","epoch":1' });
    for (const id of [inFold, after]) {
      assert.equal(headerOf(id).state, 'stopped');
      const { status, out, err } = await run(['runs', 'resume', id]);
      assert.equal(status, 0, err);
      assert.deepEqual(epochLines(text(id, 'events.jsonl')), epochLines(text(whole, 'events.jsonl')));
      assert.deepEqual(headerOf(id).final, headerOf(whole).final);
      assert.match(out, /cross-validation/);
      assert.equal((await run(['runs', 'repeat', id])).status, 0);
    }
  });

  it('of a cross-validation that the command line asks for are repeated and resumed with it', async () => {
    const argv = ['m.nnspec', '--epochs', '3', '--cross-validation', '2'];
    const whole = await keep(argv);
    assert.deepEqual(headerOf(whole).overrides, { epochs: 3, cross_validation: 2 });
    assert.equal((await run(['runs', 'repeat', whole])).status, 0);
    const id = await keep([...argv, '--json'], { interruptAfter: '"event":"fold"' });
    assert.equal((await run(['runs', 'resume', id])).status, 0);
    assert.deepEqual(headerOf(id).final, headerOf(whole).final);
    assert.equal(epochLines(text(id, 'events.jsonl')).length, 9);
  });

  it('are trained on where they cannot be kept, which is said once', async () => {
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const folder = new MemoryFolder();
    let interrupted = false;
    const onOutput = (printed: string) => {
      interrupted ||= printed.startsWith('epoch 1/');
      folder.refusal = interrupted ? full : undefined;
    };
    const { status, out, err } = await run(['train', 'm.nnspec', '--keep'], {
      keeping: { openFolder: () => folder },
      onOutput,
    });
    assert.equal(status, 1);
    assert.match(out, /Training is complete/);
    assert.equal(err.match(/not kept from here on/g)?.length, 1, err);
    assert.match(err, /the disk is full/);
    const shut: Keeping['openFolder'] = () =>
      Object.assign(new MemoryFolder(), {
        create: () => assert.fail(Object.assign(new Error('no'), { code: 'EROFS' })),
      });
    const shutOut = await run(['train', 'm.nnspec', '--keep', '--json'], { keeping: { openFolder: shut } });
    assert.deepEqual([shutOut.status, shutOut.lines[0].run], [1, undefined]);
    assert.match(shutOut.err, /^Training goes on.*\.nnspec: the disk can only be read/);
    assert.equal(shutOut.lines.at(-1)?.reason, 'completed');
  });

  it('are not made of a spec that is refused, nor of a command that ends before training', async () => {
    await workspace.write('bad.nnspec', xor.replace('units: 1,', 'units: 3,'));
    assert.equal((await run(['train', 'bad.nnspec', '--keep'])).status, 1);
    let first = true;
    const onTurn = (interrupt: () => void) => {
      if (first) {
        first = false;
        interrupt();
      }
    };
    assert.equal((await run(['train', 'm.nnspec', '--keep'], { onTurn })).status, 130);
    assert.equal(existsSync(at('.nnspec')), false);
  });

  it('give the same bits when repeated, or the first difference', async () => {
    const id = await keep(['m.nnspec', '--seed', '5', '--epochs', '6']);
    const same = await run(['runs', 'repeat', id]);
    assert.deepEqual([same.status, same.out], [0, 'The same bits: 6 epochs and the final weights.\n'], same.err);
    const stopped = await keep(['m.nnspec'], { interruptAfter: 'epoch 4/' });
    assert.match((await run(['runs', 'repeat', stopped])).out, /The final weights were not compared/);
    // A log that has lost its end, one with another value, then other weights.
    const log = text(id, 'events.jsonl');
    writeFileSync(file(id, 'events.jsonl'), log.split('\n').slice(0, 5).join('\n'));
    assert.match((await run(['runs', 'repeat', id])).out, /The same bits: 3 epochs and the final weights\./);
    writeFileSync(file(id, 'events.jsonl'), log.replace(/("epoch":3,.*"val_loss":)[\d.]+/, '$10.5'));
    const other = await run(['runs', 'repeat', id, '--json']);
    assert.equal(other.status, 1);
    const { difference } = other.lines[0] as { difference: Record<string, string> };
    assert.deepEqual([difference.where, difference.kept], ['epoch 3, val_loss', '0.5']);
    writeFileSync(file(id, 'events.jsonl'), log);
    writeFileSync(file(id, 'weights.safetensors'), readFileSync(file(stopped, 'weights.safetensors')));
    assert.match((await run(['runs', 'repeat', id])).out, /Not the same\. First difference: dense_1\.\w+\[0\]: /);
    await workspace.write('d.csv', 'a,y\n0,0\n1,1\n2,0\n3,1\n');
    await workspace.write('d.nnspec', moons.replace(/data: .*\n/, 'data: { file: d.csv, target: y }\n'));
    const ofFile = await keep(['d.nnspec']);
    await workspace.write('d.csv', 'a,y\n0,0\n1,1\n2,0\n3,0\n');
    const changed = await run(['runs', 'repeat', ofFile]);
    assert.deepEqual([changed.status, changed.out], [1, 'The data have changed since the run was trained.\n']);
  });

  it('of many epochs are compared in those that are kept, and in those that only a change by hand has kept', async () => {
    await workspace.write('x.nnspec', xor);
    const options = { now: () => performance.now() };
    const id = await keep(['x.nnspec', '--epochs', '10006'], options);
    const words = async () => (await run(['runs', 'repeat', id], options)).out;
    assert.equal(await words(), 'The same bits: 10004 epochs and the final weights.\n');
    const { out } = await run(['train', 'x.nnspec', '--epochs', '10006', '--json'], options);
    const [between] = out.match(/\{"event":"epoch","epoch":10004,.*\n/) ?? [];
    const log = text(id, 'events.jsonl');
    writeFileSync(file(id, 'events.jsonl'), log.replace(/(?=\{"event":"epoch","epoch":10005,)/, between ?? ''));
    assert.equal(await words(), 'The same bits: 10005 epochs and the final weights.\n');
  });

  it('do their interventions again when resumed and when repeated', async () => {
    const id = await keep();
    const plain = epochLines(text(id, 'events.jsonl'));
    const set = '{"event":"set","step":20,"epochs":4,"name":"learning_rate","value":0.5}\n';
    const cut = text(id, 'events.jsonl').split('\n').slice(0, 5).join('\n');
    writeFileSync(file(id, 'events.jsonl'), `${cut}\n${set}`);
    rmSync(file(id, 'checkpoints'), { recursive: true });
    assert.equal((await run(['runs', 'resume', id])).status, 0);
    const log = text(id, 'events.jsonl');
    assert.ok(log.includes(set), log);
    assert.deepEqual(epochLines(log).slice(0, 4), plain.slice(0, 4));
    assert.notEqual(epochLines(log)[4], plain[4]);
    const repeated = await run(['runs', 'repeat', id]);
    assert.deepEqual([repeated.status, repeated.err], [0, '']);
    writeFileSync(file(id, 'events.jsonl'), log.replace(set, ''));
    assert.match((await run(['runs', 'repeat', id])).out, /First difference: epoch 5, loss/);
  });

  it('are trained again by the backend that the command line chose', async () => {
    const id = await keep(['m.nnspec', '--backend', 'reference', '--epochs', '2']);
    const log = epochLines(text(id, 'events.jsonl'));
    rmSync(file(id, 'checkpoints'), { recursive: true });
    writeFileSync(file(id, 'events.jsonl'), text(id, 'events.jsonl').replace(/\{"event":"end".*\n/, ''));
    assert.equal((await run(['runs', 'resume', id])).status, 0);
    assert.deepEqual(epochLines(text(id, 'events.jsonl')), log);
    assert.equal((await run(['runs', 'repeat', id])).status, 0);
  });

  it('whose log was lost are repeated from the checkpoint before their first step', async () => {
    const folder = new MemoryFolder();
    let first: Uint8Array | undefined;
    await run(['train', 'm.nnspec', '--keep'], {
      keeping: { openFolder: () => folder },
      onOutput: () => {
        first ??= [...folder.files].find(([path]) => path.endsWith('last.nnckpt'))?.[1].bytes;
      },
    });
    const id = await keep();
    const log = epochLines(text(id, 'events.jsonl'));
    writeFileSync(file(id, 'events.jsonl'), '');
    writeFileSync(file(id, 'checkpoints/last.nnckpt'), first!);
    assert.equal((await run(['runs', 'resume', id])).status, 0);
    assert.deepEqual(epochLines(text(id, 'events.jsonl')), log);
    const repeated = await run(['runs', 'repeat', id]);
    assert.deepEqual([repeated.status, repeated.err], [0, '']);
  });

  it('that began from a checkpoint of another command are repeated from there', async () => {
    await run(['train', 'm.nnspec', '--checkpoint', 'c.nnckpt'], { interruptAfter: 'epoch 4/' });
    const id = await keep(['--resume', 'c.nnckpt']);
    assert.equal(headerOf(id).spec, 'm.nnspec');
    const { status, out, err } = await run(['runs', 'repeat', id]);
    assert.equal(status, 0, out + err);
    rmSync(file(id, 'checkpoints'), { recursive: true });
    assert.match((await run(['runs', 'repeat', id])).err, /began from a checkpoint that is not kept/);
  });

  it('are listed, shown, compared, exported and deleted', async () => {
    assert.match((await run(['runs'])).out, /No runs are kept here/);
    await workspace.write('sub/x.nnspec', xor);
    const one = await keep();
    await workspace.write('m.nnspec', moons.replace('units: 6', 'units: 7'));
    const two = await keep(['m.nnspec', '--seed', '4']);
    await run(['train', 'sub/x.nnspec', '--keep']);
    const all = await run(['runs', '--json']);
    assert.deepEqual(all.lines.map(({ folder, spec }) => `${folder}/${spec}`).sort(), [
      './m.nnspec',
      './m.nnspec',
      'sub/x.nnspec',
    ]);
    const listed = all.lines.map(({ id }) => String(id));
    assert.deepEqual(listed, [...listed].sort().reverse());
    assert.deepEqual((await run(['runs', 'list', 'm.nnspec', '--json'])).lines.length, 2);
    assert.match((await run(['runs', 'sub'])).out, /completed +3\/3 +loss .* sub\/x\.nnspec/);
    const shown = (await run(['runs', 'show', one])).out;
    assert.match(shown, /state: completed\n {2}epochs: 12\/12/);
    assert.match(shown, /\n {2}It (?:has|does) .*val_loss/);
    assert.deepEqual((await run(['runs', 'show', one, '--json'])).lines[0], { ...headerOf(one), folder: '.' });
    const compared = (await run(['runs', 'diff', one, two, '--json'])).lines.map(({ where, first, second }) => [
      where,
      first,
      second,
    ]);
    assert.deepEqual(compared[0], ['model.layers.dense_1.units', '6', '7']);
    assert.ok(compared.some(([where, first, second]) => where === 'seed' && first === '3' && second === '4'));
    assert.equal((await run(['runs', 'diff', one, one])).out, 'The runs do not differ.\n');
    await run(['runs', 'export', one, '--format', 'csv', '--out', 'one.csv']);
    const csv = readFileSync(at('one.csv'), 'utf8').split('\n');
    const [first] = epochLines(text(one, 'events.jsonl')).map((line) => JSON.parse(line) as Record<string, number>);
    assert.equal(csv[0], 'step,epoch,loss,val_loss,accuracy,val_accuracy,batch_loss');
    assert.match(csv[5], new RegExp(`^${first.step},1,${first.loss},${first.val_loss},`));
    await run(['runs', 'export', one, two, '--format', 'tensorboard', '--out', at('tb')]);
    assert.deepEqual(readdirSync(at('tb')).sort(), [one, two].sort());
    const removed = await run(['runs', 'rm', one, two]);
    assert.equal(removed.status, 0, removed.err);
    assert.deepEqual((await run(['runs', '--json'])).lines.length, 1);
    assert.ok(existsSync(at('.nnspec', 'trash', one, 'run.json')));
  });

  it('are named by an id, which may be shortened while it is unique', async () => {
    const one = await keep();
    const two = await keep();
    for (const name of ['nothing', '..', `../${one}`, 'runs', '', 'constructor', one.slice(0, 4)]) {
      const { status, err } = await run(['runs', 'show', name]);
      assert.equal(status, 2, name);
      assert.match(err, name === one.slice(0, 4) ? /Several runs are meant/ : /There is no run|argument is empty/);
    }
    assert.equal((await run(['runs', 'show', two.slice(-4)])).status, 0);
    for (const argv of [
      ['show'],
      ['diff', one],
      ['rm'],
      ['export', one],
      ['repeat', one, two],
      ['list', 'a', 'b'],
      ['rm', one, '--json'],
    ]) {
      assert.equal((await run(['runs', ...argv])).status, 2, argv.join(' '));
    }
    assert.equal((await run(['runs', 'list', 'missing'])).status, 1);
  });

  it('are thinned when asked: the oldest beyond a number go, but none that is starred, noted or of a sweep that runs', async () => {
    for (let i = 0; i < 5; i++) {
      await keep(['m.nnspec', '--epochs', '1']);
    }
    const all = ids();
    const mark = (id: string, more: object) =>
      writeFileSync(file(id, 'run.json'), JSON.stringify({ ...headerOf(id), ...more }));
    mark(all[0], { starred: true });
    mark(all[1], { note: 'good' });
    mark(all[2], { sweep: { id: 's', values: {} } });
    mark(all[4], { sweep: { id: 's', values: {} }, state: 'running' });
    writeFileSync(file(all[4], 'lock'), JSON.stringify({ host: 'elsewhere', pid: 1, started: '' }));
    assert.deepEqual((await run(['runs', 'thin'])).out, '');
    const { out, status, err } = await run(['runs', 'thin', '.', '--max-runs', '1']);
    assert.deepEqual([status, out], [0, `${all[3]}: deleted.\n`], err);
    assert.deepEqual(ids(), [all[0], all[1], all[2], all[4]]);
    rmSync(file(all[4], 'lock'));
    assert.match((await run(['runs', 'thin', '--max-size', '0'])).out, /^(.*: deleted\.\n){2}$/);
    assert.deepEqual(ids(), [all[0], all[1]]);
    assert.equal((await run(['runs', 'thin', 'missing'])).status, 1);
    assert.equal((await run(['runs', 'thin', 'a', 'b'])).status, 2);
    assert.equal((await run(['runs', 'thin', '--max-runs', '-1'])).status, 2);
    assert.equal((await run(['runs', 'thin', '--keep'])).status, 2);
  });

  it('are not touched while another process trains them', async () => {
    const id = await keep(['m.nnspec'], { interruptAfter: 'epoch 4/' });
    const header = text(id, 'run.json');
    writeFileSync(file(id, 'run.json'), header.replace('"stopped"', '"running"'));
    writeFileSync(file(id, 'lock'), JSON.stringify({ host: 'elsewhere', pid: 1, started: '' }));
    for (const argv of [
      ['rm', id],
      ['resume', id],
      ['repeat', id],
    ]) {
      const { status, err } = await run(['runs', ...argv]);
      assert.deepEqual([status, /trains now/.test(err)], [1, true], err);
    }
    assert.match((await run(['runs'])).out, /running/);
    // A header that somebody else wrote: data beside a spec elsewhere must not be read.
    writeFileSync(file(id, 'run.json'), header.replace('"spec":"m.nnspec"', '"spec":"../../etc/m.nnspec"'));
    rmSync(file(id, 'lock'));
    assert.match((await run(['runs', 'resume', id])).err, /spec of the run .* is missing/);
  });
});
