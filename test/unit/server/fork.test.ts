import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../../src/engine';
import { type Harness, ok, startEngine, startOptions } from './harness';

interface Choices {
  readonly units: number;
  readonly second: boolean;
  readonly name: string;
  readonly normalization: boolean;
  readonly optimizer: string;
  readonly batch: number;
  readonly dropout: number;
  readonly schedule: string;
  readonly metrics: string;
  readonly seed: number;
  readonly epochs: number;
  readonly samples: number;
  readonly stopping: string;
}

const plain: Choices = {
  units: 4,
  second: false,
  name: 'hidden',
  normalization: false,
  optimizer: 'adam: 0.02',
  batch: 8,
  dropout: 0.1,
  schedule: '',
  metrics: '[accuracy]',
  seed: 7,
  epochs: 12,
  samples: 40,
  stopping: '',
};

function textOf(choices: Choices): string {
  const { units, second, name, normalization, optimizer, batch, dropout, schedule, metrics, seed, epochs } = choices;
  return `seed: ${seed}
data: { source: { moons: { samples: ${choices.samples} } }, split: { train: 0.75, validation: 0.25 } }
model:
  layers:
    - dense: { name: ${name}, units: ${units}, activation: tanh }
${normalization ? '    - batch_normalization: {}\n' : ''}    - dropout: ${dropout}
${second ? '    - dense: { name: more, units: 3, activation: relu }\n' : ''}    - dense: { name: out, units: 1, activation: sigmoid }
training: { optimizer: { ${optimizer} }, batch_size: ${batch}, epochs: ${epochs}, metrics: ${metrics}${schedule}${choices.stopping} }
`;
}

/** The tensors of a checkpoint by name. */
function tensorsOf({ tensors: table, state }: Checkpoint): ReadonlyMap<string, ArrayLike<number>> {
  assert.ok(table);
  return new Map(table.tensors.map(({ name }, i) => [name, state.program.weights[i]]));
}

function decoded(bytes: Uint8Array): Checkpoint {
  const file = decodeCheckpoint(bytes);
  return 'ok' in file ? file.ok : assert.fail(file.problem);
}

const epochsOf = (engine: Harness) => engine.ofType('epochs').flatMap(({ records }) => records);

describe('a fork of a checkpoint', () => {
  const engines: Harness[] = [];
  const start = async (text: string, more: Parameters<typeof startOptions>[1] = {}): Promise<Harness> => {
    const engine = startEngine();
    engines.push(engine);
    ok(await engine.client.ask('start', startOptions(text, { threads: 1, ...more })));
    return engine;
  };
  afterEach(() => {
    for (const engine of engines.splice(0)) {
      engine.dispose();
    }
  });
  /** A checkpoint after so many batches and phases, and the run that goes on from there. */
  const parent = async (text: string, batches: number, phases = 0, more: Parameters<typeof startOptions>[1] = {}) => {
    // The reference backend compiles nothing, and is quick for so little.
    const engine = await start(text, { paused: true, backend: 'reference', ...more });
    await engine.until('started');
    for (let i = 0; i < batches + phases; i += 1) {
      // The run may be over.
      await engine.client.ask('step', { unit: i < batches ? 'batch' : 'phase' });
    }
    return { engine, bytes: ok(await engine.client.ask('saveCheckpoint', null)) };
  };
  const fork = (text: string, bytes: Uint8Array, more: Parameters<typeof startOptions>[1] = {}) =>
    start(text, { resume: bytes.slice(), fork: true, from: 'xor/last.nnckpt', paused: true, ...more });
  const refusal = async (engine: Harness) => (await engine.until('refused')).problems[0].message;
  const inherited = async (engine: Harness) => {
    const { started } = await engine.until('started');
    assert.ok(started.from?.inherited);
    return started.from.inherited;
  };

  it('whose spec is the same goes on with the bits of the run, also within a step and with other settings by hand', async () => {
    const text = textOf({ ...plain, schedule: ', schedule: { cosine: {} }' });
    const { engine, bytes } = await parent(text, 6, 3, { seed: 9, epochs: 11, backend: 'wasm' });
    ok(await engine.client.ask('resume', null));
    await engine.until('ended');
    const forked = await fork(`${text}# Now with a comment.\n`, bytes);
    const { started } = await forked.until('started');
    assert.deepEqual([started.seed, started.resumed], [9, { epochs: 1, step: 6 }]);
    const names = ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias'];
    assert.deepEqual(started.from, {
      kind: 'fork',
      file: 'xor/last.nnckpt',
      epoch: 1,
      inherited: { kept: names, anew: [], goesOn: true },
    });
    ok(await forked.client.ask('resume', null));
    await forked.until('ended');
    assert.deepEqual(epochsOf(forked), epochsOf(engine));
    const weights = (of: Harness) => of.client.ask('saveCheckpoint', null);
    assert.deepEqual(decoded(ok(await weights(forked))).state, decoded(ok(await weights(engine))).state);
  });

  it('goes on at its epoch with another dropout, loss or learning rate, which then is that of the spec', async () => {
    const { engine, bytes } = await parent(textOf(plain), 6);
    ok(await engine.client.ask('setLearningRate', { learningRate: 0.5 }));
    const byHand = ok(await engine.client.ask('saveCheckpoint', null));
    for (const [changed, from, rate] of [
      [{ ...plain, dropout: 0.3 }, bytes, 0.02],
      [{ ...plain, dropout: 0.3 }, byHand, 0.5],
      [{ ...plain, optimizer: 'adam: 0.01' }, byHand, 0.01],
      [{ ...plain, metrics: '[accuracy, f1]' }, bytes, 0.02],
      [{ ...plain, batch: 4 }, bytes, 0.02],
      [{ ...plain, samples: 44 }, bytes, 0.02],
      [{ ...plain, schedule: ', schedule: { one_cycle: { maximum: 0.1 } }' }, bytes, undefined],
    ] as const) {
      const forked = await fork(textOf(changed), from);
      assert.deepEqual(await inherited(forked), {
        kept: ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias'],
        anew: [],
        goesOn: true,
      });
      const [before, after] = [decoded(from).state, decoded(ok(await forked.client.ask('saveCheckpoint', null))).state];
      assert.deepEqual([after.epoch, after.batch, after.program.step], [2, 0, 6]);
      assert.deepEqual(after.program.optimizer, before.program.optimizer);
      assert.equal(after.program.learningRate, rate ?? after.program.learningRate);
      assert.deepEqual(new Map(after.history.columns).get('val_loss'), new Map(before.history.columns).get('val_loss'));
      ok(await forked.client.ask('resume', null));
      const { ended } = await forked.until('ended');
      assert.deepEqual([ended.reason, ended.epochs], ['completed', 12]);
      assert.ok(ended.final.train?.every(([, value]) => Number.isFinite(value)));
    }
  });

  it('begins anew with the tensors that fit where another is there, or the optimizer is another', async () => {
    const { bytes } = await parent(textOf(plain), 6);
    const all = ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias'];
    for (const [changed, kept] of [
      [{ ...plain, second: true }, ['hidden.weight', 'hidden.bias', 'out.bias']],
      [{ ...plain, units: 5 }, ['out.bias']],
      [{ ...plain, name: 'renamed' }, ['out.weight', 'out.bias']],
      [{ ...plain, optimizer: 'sgd: 0.1' }, all],
      [{ ...plain, optimizer: 'adam: { learning_rate: 0.02, amsgrad: true }' }, all],
    ] as const) {
      const forked = await fork(textOf(changed), bytes);
      const found = await inherited(forked);
      assert.deepEqual([found.kept, found.goesOn], [kept, false]);
      const { state } = decoded(ok(await forked.client.ask('saveCheckpoint', null)));
      assert.deepEqual([state.epoch, state.program.step, state.history.length], [1, 0, 0]);
      ok(await forked.client.ask('resume', null));
      assert.equal((await forked.until('ended')).ended.epochs, 12);
    }
  });

  it('begins anew where other layers are frozen: the optimizer remembers nothing of those', async () => {
    const { bytes } = await parent(textOf(plain), 6);
    const frozen = textOf(plain).replace('activation: tanh', 'activation: tanh, trainable: false');
    const forked = await fork(frozen, bytes);
    assert.deepEqual(await inherited(forked), {
      kept: ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias'],
      anew: [],
      goesOn: false,
    });
    ok(await forked.client.ask('resume', null));
    await forked.until('ended');
    const [before, after] = [bytes, ok(await forked.client.ask('saveCheckpoint', null))].map((each) =>
      tensorsOf(decoded(each)),
    );
    assert.deepEqual(after.get('hidden.weight'), before.get('hidden.weight'));
    assert.notDeepEqual(after.get('out.weight'), before.get('out.weight'));
  });

  it('goes on where the same slope and the same block are frozen, and only there', async () => {
    const changed = (slope: boolean, block: boolean, dropout: number) =>
      textOf({ ...plain, dropout }).replace(
        'activation: tanh }',
        `activation: { prelu: { trainable: ${slope} } } }
    - residual: { layers: [dense: { units: 4, activation: tanh }], trainable: ${block} }`,
      );
    const { bytes } = await parent(changed(false, false, 0.1), 6);
    const goesOn = async (slope: boolean, block: boolean) =>
      (await inherited(await fork(changed(slope, block, 0.3), bytes))).goesOn;
    assert.deepEqual(
      [await goesOn(false, false), await goesOn(true, false), await goesOn(false, true)],
      [true, false, false],
    );
  });

  it('is refused where nothing fits or is left to do, and from a damaged file', async () => {
    const { engine, bytes } = await parent(textOf(plain), 6);
    const other = textOf({ ...plain, name: 'a' }).replace('name: out', 'name: b');
    assert.match(await refusal(await fork(other, bytes)), /^No tensor of the checkpoint fits the network/);
    ok(await engine.client.ask('resume', null));
    await engine.until('ended');
    const complete = ok(await engine.client.ask('saveCheckpoint', null));
    for (const changed of [plain, { ...plain, dropout: 0.3 }]) {
      assert.match(await refusal(await fork(textOf(changed), complete)), /it has trained 12 epochs of 12\. Raise/);
      const further = await fork(textOf({ ...changed, epochs: 13 }), complete);
      await further.until('started');
      ok(await further.client.ask('resume', null));
      assert.equal((await further.until('ended')).ended.epochs, 13);
    }
    assert.match(await refusal(await fork(textOf(plain), bytes.fill(1, -4))), /its checksum is wrong/);
    const changed = textOf({ ...plain, dropout: 0.3 });
    const { tensors: table, ...old } = decoded(complete);
    assert.match(await refusal(await fork(changed, encodeCheckpoint(old))), /“tensors” is missing/);
    assert.ok(table);
    for (const wrong of [
      { ...table, learned: 3 },
      { ...table, memories: ['velocity'] },
      { ...table, tensors: table.tensors.slice(1) },
      { ...table, tensors: table.tensors.map((each) => ({ ...each, shape: [2, ...each.shape] })) },
    ]) {
      assert.match(await refusal(await fork(changed, encodeCheckpoint({ ...old, tensors: wrong }))), /“tensors”/);
    }
    for (const wrong of [{ ...table, learned: 9 }, { ...table, tensors: [{ name: 1 }] }, []]) {
      const file = encodeCheckpoint({ ...old, tensors: wrong as unknown as typeof table });
      assert.match(await refusal(await fork(changed, file)), /“tensors”/);
    }
    const { weights } = old.state.program;
    weights[0][0] = Number.NaN;
    const broken = encodeCheckpoint({ ...old, tensors: table });
    assert.match(await refusal(await fork(textOf({ ...plain, dropout: 0.3, epochs: 13 }), broken)), /not finite/);
  });

  it('has of any changed spec the bits of the checkpoint, and else those of a new run', async () => {
    const choices = fc.record({
      units: fc.constantFrom(4, 4, 5),
      second: fc.boolean(),
      name: fc.constantFrom('hidden', 'hidden', 'other'),
      normalization: fc.boolean(),
      optimizer: fc.constantFrom(
        'adam: 0.02',
        'sgd: 0.1',
        'sgd: { learning_rate: 0.1, momentum: 0.9 }',
        'rmsprop: 0.01',
      ),
      batch: fc.constantFrom(8, 7, 40),
      dropout: fc.constantFrom(0.1, 0.3),
      schedule: fc.constantFrom(
        '',
        ', schedule: { one_cycle: { maximum: 0.1 } }',
        ', schedule: { reduce_on_plateau: {} }',
      ),
      metrics: fc.constantFrom('[]', '[accuracy]', '[f1, accuracy]'),
      seed: fc.constantFrom(7, 8),
      epochs: fc.constantFrom(6, 9),
      samples: fc.constantFrom(40, 60),
      stopping: fc.constantFrom('', ', early_stopping: { monitor: val_loss, patience: 2, restore_best: true }'),
    });
    const place = fc.record({ batches: fc.integer({ min: 0, max: 24 }), phases: fc.integer({ min: 0, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(choices, choices, place, async (before, after, { batches, phases }) => {
        const text = textOf(after);
        const { bytes } = await parent(textOf(before), batches, phases);
        const forked = await fork(text, bytes);
        const first = await Promise.race([forked.until('started'), forked.until('refused')]);
        if (first.type === 'refused') {
          assert.match(
            first.problems[0].message,
            /No tensor of the checkpoint fits|Raise the number of epochs|stopped early/,
          );
          return;
        }
        const { kept, anew } = await inherited(forked);
        const now = tensorsOf(decoded(ok(await forked.client.ask('saveCheckpoint', null))));
        const { bytes: unforked } = await parent(text, 0);
        const drawn = tensorsOf(decoded(unforked));
        const old = tensorsOf(decoded(bytes));
        assert.deepEqual([...kept, ...anew].sort(), [...drawn.keys()].sort());
        for (const name of kept) {
          assert.deepEqual(now.get(name), old.get(name), name);
        }
        for (const name of anew) {
          assert.deepEqual(now.get(name), drawn.get(name), name);
          assert.notEqual(old.get(name)?.length, drawn.get(name)?.length, name);
        }
        ok(await forked.client.ask('step', { unit: 'batch' }));
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
