import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Workspace } from './harness';
import { buildProgram, programIn } from './program';

describe('a process that keeps a run', function () {
  this.timeout(180_000);
  const workspace = new Workspace();
  const program = programIn(workspace);
  const running: ChildProcess[] = [];

  before(() => buildProgram(workspace));
  after(() => {
    for (const each of running) {
      each.kill('SIGKILL');
    }
    workspace.dispose();
  });

  const runs = join(workspace.folder, '.nnspec', 'runs');
  const fileOf = (id: string, name: string) => join(runs, id, name);
  const epochsOf = (id: string) =>
    readFileSync(fileOf(id, 'events.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"event":"epoch"'));
  const idsOf = () => {
    try {
      return readdirSync(runs);
    } catch {
      return [];
    }
  };

  function start(...words: string[]): ChildProcess {
    const child = spawn(process.execPath, [program, ...words], { cwd: workspace.folder, stdio: 'ignore' });
    running.push(child);
    return child;
  }

  async function finish(...words: string[]): Promise<void> {
    assert.deepEqual(await once(start(...words), 'exit'), [0, null]);
  }

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  /** Goes on with a run, and waits until its log was cut and has grown again by so many bytes. */
  async function resumeAWhile(id: string, bytes: number): Promise<ChildProcess> {
    const log = fileOf(id, 'events.jsonl');
    const before = statSync(log).ino;
    const child = start('runs', 'resume', id);
    await until(() => statSync(log).ino !== before);
    const { size } = statSync(log);
    await until(() => statSync(log).size > size + bytes);
    return child;
  }

  async function startKeeping(epochs: number): Promise<{ readonly child: ChildProcess; readonly id: string }> {
    const known = idsOf();
    const child = start('train', 'xor.nnspec', '--epochs', String(epochs), '--keep');
    for (;;) {
      const [id] = idsOf().filter((each) => !known.includes(each));
      if (id) {
        return { child, id };
      }
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const end = once(child, 'exit');
    child.kill(signal);
    await end;
  }

  it('can be killed again and again, and resumed with the epochs and weights of a run without that', async () => {
    // Beyond 10,000 epochs only some are kept, and they must be the same ones.
    const epochs = 2_000_000;
    const whole = await startKeeping(epochs);
    await once(whole.child, 'exit');
    const { child, id } = await startKeeping(epochs);
    await until(() => existsSync(fileOf(id, 'events.jsonl')) && epochsOf(id).length > 0);
    await kill(child, 'SIGKILL');
    assert.ok(readdirSync(join(runs, id)).includes('lock'));
    // From the checkpoint before the first step.
    const second = await resumeAWhile(id, 1_000_000);
    // An interrupt leaves a checkpoint in the midst.
    await kill(second, 'SIGINT');
    const stopped = epochsOf(id).length;
    assert.ok(stopped > 10_000, `${stopped}`);
    await kill(await resumeAWhile(id, 5000), 'SIGKILL');
    await finish('runs', 'resume', id);
    assert.deepEqual(epochsOf(id), epochsOf(whole.id));
    assert.deepEqual(
      readFileSync(fileOf(id, 'weights.safetensors')),
      readFileSync(fileOf(whole.id, 'weights.safetensors')),
    );
    await finish('runs', 'repeat', id);
  });

  it('is resumed by one of several processes that try at once', async () => {
    const { child, id } = await startKeeping(200_000);
    await until(() => existsSync(fileOf(id, 'checkpoints/last.nnckpt')));
    await kill(child, 'SIGKILL');
    const ends = await Promise.all([1, 2, 3].map(() => once(start('runs', 'resume', id), 'exit')));
    assert.ok(ends.some(([status]) => status === 0));
    assert.deepEqual(new Set(epochsOf(id)).size, epochsOf(id).length);
    await finish('runs', 'repeat', id);
  });
});
