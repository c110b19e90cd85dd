import assert from 'node:assert/strict';
import type { Started } from '../../../src/protocol/engine';
import { result } from '../../../webview/panel/backprop/numbers';
import { sentence } from '../../../webview/panel/backprop/sentences';
import { type Selection, type Stage, WalkReader } from '../../../webview/panel/backprop/walk';
import { worked } from '../../../webview/panel/backprop/worked';
import { ok, startEngine, startOptions } from '../server/harness';

interface Lesson {
  readonly reader: WalkReader;
  readonly optimizer: Started['spec']['training']['optimizer'];
}

const tanhAndSigmoid = ['dense: { units: 4, activation: tanh }', 'dense: { units: 1, activation: sigmoid }'];
const sample = { kind: 'sample', index: 1 } as const;
const batch = { kind: 'batch' } as const;
const first: Selection = { unit: 0, input: 0, sample: 0 };

/** The engine's own walk through the fourth step of a run, in the reference backend. */
async function lessonOf(
  { source = 'xor', layers = tanhAndSigmoid, training = 'optimizer: { sgd: 0.5 }' },
  subject: typeof sample | typeof batch = sample,
  steps = 3,
): Promise<Lesson> {
  const text = `seed: 1
data: { source: ${source} }
model:
  layers:
${layers.map((layer) => `    - ${layer}`).join('\n')}
training: { ${training}, batch_size: 4, epochs: 9 }
`;
  const engine = startEngine();
  try {
    ok(await engine.client.ask('start', startOptions(text, { paused: true, backend: 'reference' })));
    const { started } = await engine.until('started');
    for (let step = 0; step < steps; step++) {
      ok(await engine.client.ask('step', { unit: 'batch' }));
    }
    const walk = ok(await engine.client.ask('walk', { subject }));
    const { loss, optimizer } = started.spec.training;
    return { reader: new WalkReader(walk, started.layers, loss.name), optimizer };
  } finally {
    engine.dispose();
  }
}

function linesOf(
  { reader, optimizer }: Lesson,
  stage: Stage,
  layer?: number,
  selection = first,
): ReturnType<typeof worked> {
  const step = reader.at(stage, layer);
  assert.ok(step);
  return worked(reader, step, selection, optimizer);
}

/** Evaluates an expression of the panel: `0.5·(−0.25) + ln 0.1`. */
function evaluate(text: string): number {
  const script = text
    .replaceAll('−', '-')
    .replaceAll('·', '*')
    .replaceAll('½', '0.5')
    .replaceAll(/e\^\{([^}]*)\}/g, 'Math.exp($1)')
    .replaceAll(/\^\{(\d+)\}/g, '**$1')
    .replaceAll(/(ln|√) ?(\([^()]*\)|[\d.]+(e-?\d+)?)/g, '$1($2)')
    .replaceAll('ln(', 'Math.log(')
    .replaceAll('√(', 'Math.sqrt(')
    .replaceAll('tanh(', 'Math.tanh(')
    .replaceAll('sigmoid(', '1/(1 + Math.exp(-1)**')
    .replaceAll('relu(', 'Math.max(0, ');
  return Function(`return ${script}`)();
}

/**
 * Recomputes lines such as `z = 0.5·1 + (−0.25)·1 + 0 = 0.25` as on a calculator, whose result must be the
 * shown one in each of its digits. Returns the number of lines.
 */
function check(lines: readonly string[]): number {
  let checked = 0;
  for (const calculation of lines.flatMap((line) => line.replace(/^= /, 'z = ').split(',  '))) {
    const [left, right, ...more] = calculation.split(' = ').slice(1).slice(-2);
    if (right === undefined || more.length > 0 || left.includes('…')) {
      continue;
    }
    assert.equal(result(evaluate(left)), right, calculation);
    checked++;
  }
  return checked;
}

describe('the formulas of a walk', () => {
  it('follow the stages in order: the error goes back through all layers before there are gradients', async () => {
    const { reader } = await lessonOf({});
    assert.deepEqual(
      reader.steps.map(({ stage, phase }) => `${stage} ${phase.layer ?? '–'}`),
      [
        ...['forward 0', 'forward 1', 'error –', 'error 0', 'gradients 1', 'gradients 0', 'update 0', 'update 1'],
        'again –',
      ],
    );
    assert.deepEqual(Object.keys(reader.at('error', 0)?.tensors ?? {}), [
      ...['nextW', 'nextDelta', 'arriving', 'z', 'a', 'delta'],
    ]);
    assert.deepEqual(Object.keys(reader.at('gradients', 0)?.tensors ?? {}), ['input', 'delta', 'dW', 'db']);
  });

  it('end with the loss of the new weights, which is that of the next step', async () => {
    const layers = [
      'dense: { units: 8, activation: tanh }',
      'dropout: 0.3',
      'dense: { units: 1, activation: sigmoid }',
    ];
    const run = { layers, training: 'shuffle: false, optimizer: { sgd: 0.5 }' };
    const [lesson, next] = await Promise.all([lessonOf(run, batch), lessonOf(run, batch, 4)]);
    const [before, after] = [lesson.reader.step('loss')?.loss, lesson.reader.at('again')?.loss];
    assert.equal(after, next.reader.step('loss')?.loss);
    assert.notEqual(after, before);
    assert.equal(linesOf(lesson, 'again').numbers.at(-1), `L: ${result(before)} → ${result(after)}`);
  });

  it('have no gradients where a layer has no weights, and half the squared error is a sum over the outputs', async () => {
    const layers = ['dense: { units: 3, activation: tanh }', 'dropout: 0.1', 'dense: 3'];
    const lesson = await lessonOf({
      source: 'iris, inputs: [petal_width], target: [sepal_length, sepal_width, petal_length]',
      layers,
      training: 'loss: half_mean_squared_error, optimizer: { sgd: 0.1 }',
    });
    const stages = lesson.reader.steps.filter(({ phase }) => phase.layer === 1).map(({ stage }) => stage);
    assert.ok(!stages.includes('gradients') && stages.includes('error'));
    const { formulas, numbers } = linesOf(lesson, 'error');
    assert.ok(formulas.includes('L = ½ Σ_{k} (a_{k} − y_{k})^{2}'), formulas.join());
    assert.ok(formulas.includes('δ_{j} = ∂L/∂z_{j} = (a_{j} − y_{j})'), formulas.join());
    assert.equal(check(numbers), 2);
  });

  it('show a weighted sum with numbers that result in z', async () => {
    const { formulas, numbers } = linesOf(await lessonOf({}), 'forward', 0, { ...first, unit: 2 });
    assert.deepEqual(formulas, ['z_{j} = Σ_{i} W_{ji}·x_{i} + b_{j}', 'a_{j} = tanh(z_{j})']);
    assert.equal(numbers[0], 'z_{3} = W_{3,1}·x_{1} + W_{3,2}·x_{2} + b_{3}');
    assert.equal(check(numbers), 2);
  });

  it('show a softmax with the sums of all classes', async () => {
    const layers = ['dense: { units: 3, activation: softmax }'];
    const { formulas, numbers } = linesOf(await lessonOf({ source: 'iris', layers }), 'forward', 0);
    assert.equal(formulas[1], 'a_{j} = e^{zⱼ} / Σ_{k} e^{zₖ}');
    assert.match(numbers[2], /^a_\{1\} = e\^\{\S+\} \/ \(e\^\{\S+\} \+ e\^\{\S+\} \+ e\^\{\S+\}\) = /);
    assert.equal(check(numbers), 2);
  });

  it('give the output error of a fused cross-entropy as a − y', async () => {
    const { formulas, numbers } = linesOf(await lessonOf({}), 'error');
    assert.ok(formulas.includes('δ_{j} = ∂L/∂z_{j} = (a_{j} − y_{j})'), formulas.join());
    assert.equal(check(numbers), 2);
  });

  it('divide the output error by the samples of a batch', async () => {
    const { formulas, numbers } = linesOf(await lessonOf({}, batch), 'error');
    assert.ok(formulas.includes('δ_{j} = ∂L/∂z_{j} = (a_{j} − y_{j}) / N'), formulas.join());
    assert.equal(check(numbers), 2);
  });

  it('double the output error for the mean squared error', async () => {
    const layers = ['dense: { units: 4, activation: tanh }', 'dense: 1'];
    const { formulas, numbers } = linesOf(await lessonOf({ source: 'sine', layers }), 'error');
    assert.ok(formulas.includes('δ_{j} = ∂L/∂z_{j} = 2·(a_{j} − y_{j})'), formulas.join());
    assert.equal(check(numbers), 2);
  });

  it('compute the error of a hidden layer from the weights and the slope', async () => {
    const lesson = await lessonOf({});
    const selection = { unit: 2, input: 1, sample: 0 };
    const lines = [linesOf(lesson, 'error', 0, selection), linesOf(lesson, 'gradients', 0, selection)];
    const numbers = lines.flatMap((each) => each.numbers);
    assert.deepEqual(
      numbers.map((line) => line.split(' = ')[0]),
      ['∂L/∂a_{3}', 'δ_{3}', 'dW_{3,2}', 'db_{3}'],
    );
    assert.equal(lines[0].formulas[1], 'δ_{j} = ∂L/∂a_{j}·f′(z_{j}),   f′(z_{j}) = 1 − a_{j}^{2}');
    assert.match(numbers[1], /·\(1 − \(?−?[\d.]+\)?\^\{2\}\) = /);
    assert.equal(check(numbers), 3);
  });

  it('sum the gradient over the samples of a batch', async () => {
    const { formulas, numbers } = linesOf(await lessonOf({}, batch), 'gradients', 1);
    assert.ok(formulas.includes('dW_{ji} = Σ_{n} δ_{nj}·x_{ni},   db_{j} = Σ_{n} δ_{nj}'), formulas.join());
    assert.equal(check(numbers), 1);
  });

  it('show the update of sgd, with momentum or without, and of adam', async () => {
    const updates = {
      'sgd: 0.5': ['W ← W − η·dW,   b ← b − η·db'],
      'sgd: { learning_rate: 0.1, momentum: 0.9 }': ['v ← μ·v + dW', 'W ← W − η·v'],
      'sgd: { learning_rate: 0.1, momentum: 0.9, nesterov: true }': ['v ← μ·v + dW', 'W ← W − η·(dW + μ·v)'],
      'adam: 0.05': [
        'm ← β_{1}·m + (1 − β_{1})·dW,   v ← β_{2}·v + (1 − β_{2})·dW^{2}',
        'W ← W − η·m̂ / (√v̂ + ε),   m̂ = m/(1 − β_{1}^{t}),   v̂ = v/(1 − β_{2}^{t})',
      ],
    };
    for (const [optimizer, expected] of Object.entries(updates)) {
      const { formulas, numbers } = linesOf(await lessonOf({ training: `optimizer: { ${optimizer} }` }), 'update', 1);
      assert.deepEqual(formulas, expected);
      assert.ok(
        numbers.every((line) => !line.includes('→')),
        numbers.join(),
      );
      assert.equal(check(numbers), optimizer.startsWith('adam') ? 6 : 2, optimizer);
    }
  });

  it('show that the weights of a frozen layer stay, whose optimizer remembers nothing', async () => {
    const layers = [
      'dense: { units: 4, activation: tanh, trainable: false }',
      'dense: { units: 1, activation: sigmoid }',
    ];
    const lesson = await lessonOf({ layers, training: 'optimizer: { adam: 0.05 }' });
    const { formulas, numbers } = linesOf(lesson, 'update', 0);
    assert.deepEqual(formulas, ['W ← W,   b ← b']);
    assert.match(numbers[0], /^W_\{1,1\}: (\S+) → \1$/);
    const step = lesson.reader.at('update', 0);
    assert.ok(step && !Object.keys(step.tensors).some((role) => role.includes('moment')));
    assert.match(sentence(lesson.reader, step), /^This layer has trainable: false/);
    assert.ok(!sentence(lesson.reader, lesson.reader.at('update', 1)!).includes('trainable'));
  });

  it('show only the change for other optimizers', async () => {
    const { formulas, numbers } = linesOf(await lessonOf({ training: 'optimizer: { rmsprop: 0.05 }' }), 'update', 1);
    assert.deepEqual(formulas, ['W ← W − ΔW(dW, η)   (rmsprop)']);
    assert.match(numbers[0], /^W_\{1,1\}: .* → .*, {2}Δ = /);
  });

  it('never show a subtraction whose result is not the new weight', async () => {
    const { reader, optimizer } = await lessonOf({});
    const step = reader.at('update', 1);
    assert.ok(step);
    const unmoved = { ...step, tensors: { ...step.tensors, Wafter: step.tensors.W } };
    assert.match(worked(reader, unmoved, first, optimizer).numbers[0], /^W_\{1,1\}: .* → .*, {2}Δ = /);
  });

  it('show the sum of a filter at one position, without the padding', async () => {
    const layers = [
      'reshape: [1, 2, 2]',
      'conv2d: { filters: 2, kernel_size: 2, padding: same, activation: relu }',
      'flatten',
      'dense: { units: 3, activation: softmax }',
    ];
    const lesson = await lessonOf({ source: 'iris', layers });
    const corner = linesOf(lesson, 'forward', 1);
    assert.deepEqual(corner.formulas, ['z_{f,p} = Σ_{c} Σ_{u} W_{f,c,u}·x_{c,p+u} + b_{f}', 'a_{f,p} = relu(z_{f,p})']);
    assert.equal(
      corner.numbers[0],
      'z_{1,1,1} = W_{1,1,1,1}·x_{1,1,1} + W_{1,1,1,2}·x_{1,1,2} + W_{1,1,2,1}·x_{1,2,1} + W_{1,1,2,2}·x_{1,2,2} + b_{1}',
    );
    assert.equal(check(corner.numbers), 2);
    const last = linesOf(lesson, 'forward', 1, { ...first, unit: 7 });
    assert.equal(last.numbers[0], 'z_{2,2,2} = W_{2,1,1,1}·x_{1,2,2} + b_{2}');
    assert.equal(check(last.numbers), 2);
    assert.deepEqual(
      [0, 3, 4, 7].map((unit) => lesson.reader.channelOf(1, unit)),
      [0, 0, 1, 1],
    );
  });
});
