import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KeptEpochs } from '../../../src/common/keptEpochs';
import { nnspec, Workspace, xor } from './harness';
import { buildProgram, programIn } from './program';

describe('a process that keeps a run', function () {
  this.timeout(180_000);
  const workspace = new Workspace();
  const program = programIn(workspace);
  const running: ChildProcess[] = [];

  before(() => buildProgram(workspace));
  afterEach(() => {
    for (const each of running) {
      each.kill('SIGKILL');
    }
    rmSync(join(workspace.folder, '.nnspec'), { recursive: true, force: true });
  });
  after(() => workspace.dispose());

  const runs = join(workspace.folder, '.nnspec', 'runs');
  const fileOf = (id: string, name: string) => join(runs, id, name);
  const epochsOf = (id: string) =>
    readFileSync(fileOf(id, 'events.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"event":"epoch"'));

  function start(...words: string[]): ChildProcess {
    const child = spawn(process.execPath, [program, ...words], { cwd: workspace.folder, stdio: 'ignore' });
    running.push(child);
    return child;
  }

  const isOver = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

  /** The exit status; null for a process that was killed. */
  async function statusOf(child: ChildProcess): Promise<number | null> {
    if (!isOver(child)) {
      await once(child, 'exit');
    }
    return child.exitCode;
  }

  const command = (...words: string[]) => nnspec(words, { cwd: workspace.folder });

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    child.kill(signal);
    await statusOf(child);
  }

  it('can be killed again and again, and resumed, by one of several, with the bits of a run without that', async () => {
    // Beyond 10,000 epochs only some are kept, and they must be the same ones.
    const epochs = 400_000;
    const first = start('train', 'xor.nnspec', '--epochs', String(epochs), '--keep');
    await until(() => existsSync(runs) && readdirSync(runs).length > 0);
    const [id] = readdirSync(runs);
    const log = fileOf(id, 'events.jsonl');
    await until(() => existsSync(log) && epochsOf(id).length > 0);
    await kill(first, 'SIGKILL');
    assert.ok(existsSync(fileOf(id, 'lock')));

    // From the checkpoint before the first step. One takes the lock of the dead process, and cuts the log.
    const whole = statSync(log).ino;
    const three = [1, 2, 3].map(() => start('runs', 'resume', id));
    await until(() => three.filter(isOver).length >= 2);
    assert.deepEqual(three.map(({ exitCode }) => exitCode).sort(), [1, 1, null]);
    const [second] = three.filter((each) => !isOver(each));
    // Reading the log again and again would take longer than the training: so many bytes hold 10,000 epochs.
    await until(() => isOver(second) || (statSync(log).ino !== whole && statSync(log).size > 1_200_000));
    // An interrupt leaves a checkpoint in the midst.
    await kill(second, 'SIGINT');
    assert.equal(second.exitCode, 130);
    assert.ok(epochsOf(id).length > 10_000);

    // Killed as soon as it has cut the log at the checkpoint.
    const stopped = statSync(log).ino;
    const third = start('runs', 'resume', id);
    await until(() => isOver(third) || statSync(log).ino !== stopped);
    await kill(third, 'SIGKILL');
    assert.equal(third.signalCode, 'SIGKILL');
    assert.equal(await statusOf(start('runs', 'resume', id)), 0);
    const rule = new KeptEpochs();
    const kept = Array.from({ length: epochs }, (_, i) => i + 1).filter(
      (epoch) => rule.keeps(epoch) || epoch === epochs,
    );
    assert.deepEqual(
      epochsOf(id).map((line) => (JSON.parse(line) as { epoch: number }).epoch),
      kept,
    );
    assert.equal(await statusOf(start('runs', 'repeat', id)), 0);
  });

  it('shares the folder with others that train the same sweep, whose runs are all there, each once', async () => {
    const values = '    training.optimizer.sgd.learning_rate: [0.5, 1]\n    seed: [1, 2]\n';
    await workspace.write('swept.nnspec', `${xor.replace('epochs: 3', 'epochs: 300')}sweep:\n  values:\n${values}`);
    // As two machines of a job array would: each takes every other run. The first job was started twice.
    const machines = [[0, 2], [1, 3], [0]].map(async (indexes) => {
      const statuses: (number | null)[] = [];
      for (const index of indexes) {
        statuses.push(await statusOf(start('train', 'swept.nnspec', '--keep', '--sweep-index', String(index))));
      }
      return statuses;
    });
    assert.deepEqual((await Promise.all(machines)).flat(), [0, 0, 0, 0, 0]);
    const listed = (await command('sweep', 'swept.nnspec', '--list', '--json')).lines;
    const headers = (await command('runs', '--json')).lines;
    assert.deepEqual(
      listed.map(({ index }) => index),
      [0, 1, 2, 3],
    );
    const ids = headers.map(({ id }) => String(id));
    assert.equal(new Set(ids).size, 5);
    assert.ok(headers.every(({ state, epoch }) => state === 'completed' && epoch === 300));
    // All jobs belong to one sweep, so that the editor shows them in one row.
    assert.equal(new Set(headers.map(({ sweep }) => (sweep as { id: string }).id)).size, 1);
    const valuesOf = ({ sweep }: Record<string, unknown>) => JSON.stringify((sweep as { values: object }).values);
    for (const { index, values: own, run, best } of listed) {
      const of = headers.filter((header) => valuesOf(header) === JSON.stringify(own));
      assert.equal(of.length, index === 0 ? 2 : 1);
      // Newest first: the list names the newest with these values.
      assert.deepEqual([run, best], [of[0].id, of[0].best]);
      // The log of each is that of a run alone.
      const [alone, ...logs] = [
        (await command('train', 'swept.nnspec', '--json', '--sweep-index', String(index))).out,
        ...of.map(({ id }) => readFileSync(fileOf(String(id), 'events.jsonl'), 'utf8')),
      ].map((text) =>
        text
          .split('\n')
          .filter((line) => line.includes('"epoch"'))
          .map((line) => line.replace(`{"index":${index},`, '{')),
      );
      for (const log of logs) {
        assert.deepEqual(log, alone);
      }
    }
    assert.deepEqual(new Set(readdirSync(runs)), new Set(ids));
    assert.ok(!ids.some((id) => existsSync(fileOf(id, 'lock'))));
  });
});
