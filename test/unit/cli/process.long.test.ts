import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workspace, xor } from './harness';
import { buildProgram, programIn } from './program';

describe('the program nnspec', () => {
  const workspace = new Workspace();
  const program = programIn(workspace);
  const running: ChildProcess[] = [];
  const endless = ['train', 'xor.nnspec', '--epochs', '1000000000', '--json', '--save', 'w.safetensors'];

  before(() => buildProgram(workspace));
  after(() => {
    for (const each of running) {
      each.kill('SIGKILL');
    }
    workspace.dispose();
  });

  function start(...argv: string[]): ChildProcess {
    const child = spawn(process.execPath, [program, ...argv], {
      cwd: workspace.folder,
      env: { ...process.env, LC_ALL: 'C' },
    });
    running.push(child);
    return child;
  }

  it('exits with 130 at an interrupt and saves the weights', async () => {
    const child = start(...endless);
    await once(child.stdout ?? child, 'data');
    child.kill('SIGINT');
    child.stdout?.resume();
    assert.deepEqual(await once(child, 'exit'), [130, null]);
    assert.ok(existsSync(join(workspace.folder, 'w.safetensors')));
  });

  it('resumes from a checkpoint in a new process, with the same weights as without an interrupt', async () => {
    const long = ['train', 'xor.nnspec', '--epochs', '60000', '--json'];
    const first = start(...long, '--checkpoint', 'x.nnckpt');
    await once(first.stdout ?? first, 'data');
    first.kill('SIGTERM');
    first.stdout?.resume();
    assert.deepEqual(await once(first, 'exit'), [130, null]);
    for (const argv of [
      ['train', '--resume', 'x.nnckpt', '--json', '--save', 'resumed.safetensors'],
      [...long, '--save', 'whole.safetensors'],
    ]) {
      const child = start(...argv);
      child.stdout?.resume();
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    }
    const read = (name: string) => readFileSync(join(workspace.folder, name));
    assert.deepEqual(read('resumed.safetensors'), read('whole.safetensors'));
  });

  it('ends quietly when nobody reads its output any more', async () => {
    const child = start(...endless.slice(0, 5));
    let err = '';
    child.stderr?.on('data', (text) => {
      err += text;
    });
    await once(child.stdout ?? child, 'data');
    child.stdout?.destroy();
    assert.deepEqual(await once(child, 'exit'), [130, null]);
    assert.equal(err, '');
  });

  it('saves the weights when neither of its outputs is read any more', async () => {
    const child = start(...endless.slice(0, 5), '--save', 'unread.safetensors', '--checkpoint', 'unread.nnckpt');
    await once(child.stdout ?? child, 'data');
    child.stdout?.destroy();
    child.stderr?.destroy();
    assert.deepEqual(await once(child, 'exit'), [130, null]);
    for (const name of ['unread.safetensors', 'unread.nnckpt']) {
      assert.ok(existsSync(join(workspace.folder, name)), name);
    }
  });

  it('saves the checkpoint and fails when the disk of its output is full', async function () {
    if (!existsSync('/dev/full')) {
      this.skip();
    }
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [program, ...endless.slice(0, 5), '--checkpoint', 'full.nnckpt'], {
      cwd: workspace.folder,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', full, 'pipe'],
    });
    running.push(child);
    let err = '';
    child.stderr?.on('data', (text) => {
      err += text;
    });
    const [status] = await once(child, 'close');
    closeSync(full);
    assert.equal(status, 1);
    assert.match(err, /^Standard output: the disk is full\..*\nfull\.nnckpt: checkpoint saved\.\n$/);
    assert.ok(existsSync(join(workspace.folder, 'full.nnckpt')));
  });

  it('writes into a pipe that a link leads to', async function () {
    if (!existsSync('/dev/fd')) {
      this.skip();
    }
    const command = `"$0" "$1" train xor.nnspec --epochs 1 --checkpoint /dev/fd/3 3>&1 >&2 | cat > piped.nnckpt`;
    const child = spawn('sh', ['-c', command, process.execPath, program], { cwd: workspace.folder, stdio: 'ignore' });
    running.push(child);
    await once(child, 'exit');
    const resumed = start('train', '--resume', 'piped.nnckpt', '--epochs', '2');
    assert.deepEqual(await once(resumed, 'exit'), [0, null]);
  });

  it('exits at an interrupt even while it waits for data', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    const pipe = join(workspace.folder, 'endless.csv');
    execFileSync('mkfifo', [pipe]);
    await workspace.write('pipe.nnspec', xor.replace('source: xor', 'file: endless.csv, target: y'));
    const child = start('train', 'pipe.nnspec');
    const writer = spawn('sh', ['-c', 'exec 3> endless.csv; echo open; exec sleep 60'], { cwd: workspace.folder });
    running.push(writer);
    await once(writer.stdout, 'data');
    child.kill('SIGINT');
    const [status, signal] = await once(child, 'exit');
    assert.ok(status === 130 || signal === 'SIGINT', `${status} ${signal}`);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends at ${signal} while it waits for a pipe that nobody opens`, async function () {
      if (process.platform === 'win32') {
        this.skip();
      }
      const [pipe, out] = ['csv', 'safetensors'].map((kind) => `${signal}.${kind}`);
      execFileSync('mkfifo', [pipe, out], { cwd: workspace.folder });
      await workspace.write(`${signal}.nnspec`, xor.replace('source: xor', `file: ${pipe}, target: y`));
      const commands = [
        ['check', pipe],
        ['check', `${signal}.nnspec`],
        ['check', '--gradients', `${signal}.nnspec`],
        ['train', pipe],
        ['train', `${signal}.nnspec`],
        ['train', 'xor.nnspec', '--init', pipe],
        ['train', '--resume', pipe],
        ['train', 'xor.nnspec', '--epochs', '1', '--save', out],
        ['predict', pipe, 'rows.csv'],
      ];
      const children = commands.map((argv) => start(...argv));
      const ends = children.map((child) => once(child, 'exit'));
      await new Promise((resolve) => setTimeout(resolve, 2000));
      for (const child of children) {
        child.kill(signal);
      }
      // While it writes, the first signal lets it finish.
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (const child of children) {
        child.kill(signal);
      }
      const late = setTimeout(() => children.map((child) => child.kill('SIGKILL')), 3000);
      const statuses = await Promise.all(ends);
      clearTimeout(late);
      statuses.forEach(([status, by], index) => {
        const expected = status === 130 || by === signal || by === 'SIGINT';
        assert.ok(expected, `${commands[index].join(' ')}: ${status} ${by}`);
      });
    });
  }

  it('leaves no partial file when it is killed', async () => {
    const child = start(...endless.slice(0, 5), '--save', 'killed.safetensors');
    await once(child.stdout ?? child, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.deepEqual(
      readdirSync(workspace.folder).filter((name) => name.includes('killed')),
      [],
    );
  });

  it('leaves no partial file when it is interrupted again while it writes', async () => {
    const hidden = '    - dense: { units: 4, activation: tanh }\n';
    await workspace.write('large.nnspec', xor.replace(hidden, hidden.replace('4', '3000').repeat(2)));
    const child = start(
      'train',
      'large.nnspec',
      '--threads',
      '1',
      ...endless.slice(2, 5),
      '--save',
      'twice.safetensors',
    );
    await once(child.stdout ?? child, 'data');
    child.stdout?.resume();
    child.kill('SIGINT');
    const files = () => readdirSync(workspace.folder).filter((name) => name.endsWith('.tmp'));
    while (files().length === 0 && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill('SIGINT');
    if (child.exitCode === null && child.signalCode === null) {
      await once(child, 'exit');
    }
    assert.deepEqual([child.exitCode, child.signalCode, files()], [null, 'SIGINT', []]);
  });

  it('ends at a signal although it writes to a pipe that nobody reads', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    execFileSync('mkfifo', [join(workspace.folder, 'unread')]);
    const argv = ['train', 'xor.nnspec', '--epochs', '1', '--json', '--save'];
    const training = start(...argv, 'small.safetensors');
    training.stdout?.resume();
    await once(training, 'exit');
    await workspace.write('row.csv', 'x1,x2\n0,1\n');
    await Promise.all(
      (['SIGINT', 'SIGTERM'] as const).map(async (signal) => {
        const child = start('predict', 'small.safetensors', 'row.csv', '--out', 'unread', '--json');
        await once(child.stdout ?? child, 'data');
        // By then it waits for a reader.
        await new Promise((resolve) => setTimeout(resolve, 300));
        child.kill(signal);
        assert.deepEqual(await once(child, 'exit'), [null, signal]);
      }),
    );
  });

  it('ends at once when it is interrupted while it predicts', async () => {
    const hidden = '    - dense: { units: 4, activation: tanh }\n';
    await workspace.write('wide.nnspec', xor.replace(hidden, hidden.replace('4', '1500').repeat(2)));
    const argv = ['train', 'wide.nnspec', '--threads', '1', '--epochs', '1', '--json', '--save', 'wide.safetensors'];
    const training = start(...argv);
    training.stdout?.resume();
    assert.deepEqual(await once(training, 'exit'), [0, null]);
    await workspace.write('rows.csv', `x1,x2\n${'0,1\n'.repeat(300_000)}`);
    await Promise.all(
      (['SIGINT', 'SIGTERM'] as const).map(async (signal) => {
        const child = start('predict', 'wide.safetensors', 'rows.csv', '--out', `predicted${signal}.csv`);
        const end = once(child, 'exit');
        // By then it has read both files; the prediction takes minutes.
        await new Promise((resolve) => setTimeout(resolve, 2000));
        assert.equal(child.exitCode, null);
        child.kill(signal);
        const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
        assert.deepEqual(await end, [null, signal]);
        clearTimeout(timer);
      }),
    );
    assert.deepEqual(
      readdirSync(workspace.folder).filter((name) => name.includes('predicted')),
      [],
    );
  });

  it('passes the exit status on', async () => {
    const child = start('train');
    assert.deepEqual(await once(child, 'exit'), [2, null]);
  });
});
