/** Exported scripts under several processes: shares of batches, checkpoints, and a process that is killed. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nnspec, Workspace } from '../unit/cli/harness';

const python = process.env.NNSPEC_PYTHON ?? 'python3';
const tolerance = 1e-5;

/** Starts processes as torchrun does, whose own command fails in Debian's build. */
const launcher = `import sys
from torch.distributed.launcher.api import LaunchConfig, elastic_launch
config = LaunchConfig(
    min_nodes=1, max_nodes=1, nproc_per_node=2, run_id="test", max_restarts=2, monitor_interval=0.1,
    rdzv_backend="c10d", rdzv_endpoint="localhost:0",
)
elastic_launch(config, sys.executable)("-u", *sys.argv[1:])
`;

/** 37 rows in batches of 6: in each epoch the last batch has one row, and one of two processes has none. */
const spec = `data:
  source: { moons: { samples: 37, noise: 0.1 } }
  split: { train: 1 }
model:
  layers:
    - dense: { units: 8, activation: tanh }
    - dropout: 0.3
    - gaussian_noise: 0.1
    - dense: { units: 1, activation: sigmoid }
training: { optimizer: { adam: 0.01 }, schedule: { exponential: 0.999 }, batch_size: 6, epochs: EPOCHS, class_weight: balanced }
`;

type Epoch = Readonly<Record<string, number>>;

function epochsOf(text: string): Epoch[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

function assertSame(found: readonly Epoch[], wanted: readonly Epoch[]): void {
  assert.deepEqual(
    found.map(({ epoch }) => epoch),
    wanted.map(({ epoch }) => epoch),
  );
  for (const [at, { loss }] of wanted.entries()) {
    assert.ok(Math.abs(found[at].loss - loss) <= tolerance, `epoch ${at + 1}: ${found[at].loss}, alone ${loss}`);
  }
}

describe('train.py for PyTorch', () => {
  const workspace = new Workspace();
  const launch = join(workspace.folder, 'launch.py');
  const checkpoint = join(workspace.folder, 'state.pt');
  before(() => writeFileSync(launch, launcher));
  after(() => workspace.dispose());

  async function exported(name: string, text: string): Promise<string> {
    await workspace.write(`${name}.nnspec`, text);
    const out = join(workspace.folder, name);
    const { status, err } = await nnspec(['export', `${name}.nnspec`, '--to', 'pytorch', '--out', out], {
      cwd: workspace.folder,
    });
    assert.equal(status, 0, err);
    return join(out, 'train.py');
  }

  const run = (...args: readonly string[]) =>
    epochsOf(execFileSync(python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));

  it('has the losses of one process in two that share each batch', async () => {
    const script = await exported('shared', spec.replace('EPOCHS', '6'));
    assertSame(run(launch, script, '--json'), run(script, '--json'));
  });

  it('goes on from its checkpoint', async () => {
    const early = 'balanced, early_stopping: { monitor: loss, patience: 1000 }';
    const first = await exported('first', spec.replace('EPOCHS', '3').replace('balanced', early));
    const whole = await exported('whole', spec.replace('EPOCHS', '6').replace('balanced', early));
    const begun = run(first, '--json', '--checkpoint', checkpoint, '--resume');
    const rest = run(whole, '--json', '--checkpoint', checkpoint, '--resume');
    assertSame([...begun, ...rest], run(whole, '--json'));
  });

  it('begins anew from its checkpoint where one of its processes was killed', async () => {
    const script = await exported('killed', spec.replace('EPOCHS', '400'));
    const state = join(workspace.folder, 'killed.pt');
    const child = spawn(python, [launch, script, '--json', '--checkpoint', state], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let killed = false;
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
      if (!killed && existsSync(state) && epochsOf(out.slice(0, out.lastIndexOf('\n'))).length >= 20) {
        killed = true;
        const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' });
        process.kill(Number(children.trim().split('\n').at(-1)), 'SIGKILL');
      }
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 0, err);
    assert.ok(killed);
    // Epochs since the last checkpoint are trained twice, with the same values.
    const found = new Map(epochsOf(out).map((epoch) => [epoch.epoch, epoch]));
    assertSame(
      [...found.values()].sort((a, b) => a.epoch - b.epoch),
      run(script, '--json'),
    );
  });

  it('refuses batch normalisation in several processes without graphics cards', async () => {
    const script = await exported(
      'batch',
      spec.replace('EPOCHS', '1').replace('- dropout: 0.3', '- batch_normalization').replace('size: 6', 'size: 8'),
    );
    assert.throws(
      () => run(launch, script, '--json'),
      ({ stderr }: { stderr: string }) => /graphics card|Batch normalisation/.test(stderr),
    );
  });
});
