/** Networks trained on PyTorch by the command line, compared with those of the built-in engine. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeWeights } from '../../src/engine';
import { nnspec, type RunOptions, type RunResult, Workspace } from '../unit/cli/harness';

const python = process.env.NNSPEC_PYTHON ?? 'python3';
/** Two correct programs in float32 part by no more in so few epochs. */
const tolerance = 1e-5;

const digits = `data: { source: digits, shape: [1, 8, 8], split: { train: 0.1, validation: 0.05, test: 0.85 } }
model:
  layers:
    - conv2d: { filters: 4, kernel_size: 3, activation: relu }
    - batch_normalization
    - flatten
    - dropout: 0.2
    - dense: { units: 10, activation: softmax }
training: { optimizer: { adam: 0.01 }, batch_size: 32, epochs: 3ENGINE }
expect: [accuracy >= 0.3, loss < 3 within 2]
`;
const specOf = (engine: string, text = digits) => text.replace('ENGINE', engine && `, engine: ${engine}`);

describe('nnspec train on PyTorch', () => {
  const workspace = new Workspace();
  const options = { cwd: workspace.folder };
  after(() => workspace.dispose());

  async function train(spec: string, args: readonly string[] = [], more: Partial<RunOptions> = {}): Promise<RunResult> {
    await workspace.write('spec.nnspec', spec);
    return nnspec(['train', 'spec.nnspec', '--json', '--python', python, ...args], { ...options, ...more });
  }

  const epochsOf = ({ lines }: RunResult) => lines.filter(({ event }) => event === 'epoch');

  it('tells the same epochs as the built-in engine, meets the same expectations and keeps the run', async () => {
    const own = await train(specOf(''), ['--save', 'own.safetensors']);
    const theirs = await train(specOf('pytorch'), ['--save', 'theirs.safetensors', '--keep']);
    assert.deepEqual([own.status, theirs.status], [0, 0], theirs.err);
    assert.equal(epochsOf(theirs).length, 3);
    for (const [at, epoch] of epochsOf(own).entries()) {
      assert.deepEqual(Object.keys(epochsOf(theirs)[at]), Object.keys(epoch));
      for (const tag of ['loss', 'val_loss', 'accuracy']) {
        const [wanted, found] = [epoch, epochsOf(theirs)[at]].map((each) => Number(each[tag]));
        assert.ok(Math.abs(found - wanted) <= tolerance * Math.max(1, wanted), `${tag}: ${found}, ours ${wanted}`);
      }
    }
    const [start] = theirs.lines;
    assert.equal((start.engine as { backend: string }).backend, 'pytorch');
    const [ours, other] = ['own', 'theirs'].map((name) => readFileSync(join(workspace.folder, `${name}.safetensors`)));
    assert.ok([ours, other].every((bytes) => 'ok' in decodeWeights(bytes)));
    const runs = join(workspace.folder, '.nnspec/runs');
    const [id] = readdirSync(runs);
    const log = readFileSync(join(runs, id, 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    assert.equal(log.filter((line) => JSON.parse(line).event === 'epoch').length, 3);
  });

  it('begins with given weights, misses expectations with status 1 and diverges with status 3', async () => {
    await train(specOf(''), ['--save', 'first.safetensors']);
    const [own, theirs] = [
      await train(specOf(''), ['--init', 'first.safetensors', '--epochs', '1']),
      await train(specOf('pytorch'), ['--init', 'first.safetensors', '--epochs', '1']),
    ].map((result) => Number(epochsOf(result)[0].loss));
    assert.ok(Math.abs(own - theirs) <= tolerance, `${theirs}, ours ${own}`);
    const missed = await train(specOf('pytorch', digits.replace('accuracy >= 0.3', 'accuracy >= 0.99')), [
      '--epochs',
      '1',
    ]);
    assert.equal(missed.status, 1);
    const diverging = digits.replace('adam: 0.01', 'sgd: 1e30').replace('    - batch_normalization\n', '');
    const diverged = await train(specOf('pytorch', diverging));
    assert.equal(diverged.status, 3, diverged.err);
    assert.match(diverged.err, /Training diverged at step \d+/);
  });

  it('is interrupted, and saves the weights that it has', async () => {
    const endless = specOf('pytorch', digits.replace('epochs: 3', 'epochs: 100000'));
    const stopped = await train(endless, ['--save', 'stopped.safetensors'], { interruptAfter: '"epoch":2' });
    assert.equal(stopped.status, 130, stopped.err);
    assert.equal(stopped.lines.at(-1)?.reason, 'stopped');
    assert.ok('ok' in decodeWeights(readFileSync(join(workspace.folder, 'stopped.safetensors'))));
  });

  it('stops early with the best weights, as the built-in engine does', async () => {
    const early = digits
      .replace('epochs: 3', 'epochs: 200, early_stopping: { patience: 3 }')
      .replace('    - batch_normalization\n', '');
    const [own, theirs] = [await train(specOf('', early)), await train(specOf('pytorch', early))].map(
      ({ lines }) => lines.at(-1)!,
    );
    assert.equal(theirs.reason, 'early_stopping');
    assert.deepEqual([theirs.kept_epoch === undefined, typeof theirs.epochs], [own.kept_epoch === undefined, 'number']);
  });

  it('shares each batch among processes, with the losses of one', async () => {
    const shared = digits.replace('    - batch_normalization\n', '');
    const alone = await train(specOf('', shared));
    const together = await train(specOf('{ pytorch: { processes: 2 } }', shared));
    assert.equal(together.status, alone.status, together.err);
    for (const [at, { loss }] of epochsOf(alone).entries()) {
      assert.ok(Math.abs(Number(epochsOf(together)[at].loss) - Number(loss)) <= tolerance * Math.max(1, Number(loss)));
    }
    const refused = await train(specOf('{ pytorch: { processes: 2, device: cpu } }'));
    assert.equal(refused.status, 1);
    assert.match(refused.out, /Batch normalisation needs the whole batch/);
  });

  it('refuses a checkpoint before it trains', async () => {
    const refused = await train(specOf('pytorch'), ['--checkpoint', 'a.nnckpt']);
    assert.equal(refused.status, 1);
    assert.match(refused.out, /PyTorch keeps no checkpoints of NNSpec: train without --checkpoint/);
  });

  it('speaks of a device that is not there', async () => {
    const none = await train(specOf('{ pytorch: { device: cuda } }'));
    if (none.status !== 0) {
      assert.match(none.out, /no CUDA device/);
    }
  });
});
