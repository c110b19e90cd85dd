import assert from 'node:assert/strict';
import { libraryCall } from '../../../src/language/hover/libraryCall';
import { catalogue, defaultsOf, find } from '../../../src/spec/catalogue';
import type { Kind, ParameterEntry, ParameterValues } from '../../../src/spec/catalogue/types';
import type { ParameterValue } from '../../../src/spec/spec';

/** Another value than the default; undefined for things, which have calls of their own. */
function another({ type, choices, default: value }: ParameterEntry): ParameterValue | undefined {
  const values: Readonly<Record<string, ParameterValue | undefined>> = {
    boolean: value !== true,
    choice: choices?.find((choice) => choice !== value),
    number: 0.625,
    integer: 7,
    integers: [3, 9],
    size: 3,
    shape: [2, 3],
    text: 'accuracy',
  };
  return values[type];
}

/** Finds a value in a call. */
function saying(value: ParameterValue): RegExp {
  if (typeof value === 'boolean') {
    return value ? /=True/ : /=False/;
  }
  // Keras has a boolean for gelu's tanh; PyTorch takes only the direction of a monitored value.
  if (typeof value === 'string') {
    return new RegExp(`'${value}'|approximate=True|mode='max'`);
  }
  if (Array.isArray(value)) {
    return new RegExp(`[[(]${value.join(', ')}[\\])]`);
  }
  // Keras' momentum of normalisation is the weight of the past.
  return new RegExp(`\\b(${value}|${1 - Number(value)})\\b`);
}

function calls(kind: Kind, name: string, parameters: ParameterValues): readonly (string | undefined)[] {
  const entry = find(kind, name);
  assert.ok(entry, name);
  const values = { ...defaultsOf(entry), ...parameters };
  return [libraryCall('pytorch', entry, values), libraryCall('keras', entry, values)];
}

describe('the calls of the libraries', () => {
  it('contain every given value, or there is no call', () => {
    const silent = catalogue.flatMap((entry) => {
      const required = Object.fromEntries(
        entry.parameters.flatMap((parameter) => {
          const value = parameter.default === undefined ? another(parameter) : undefined;
          return value === undefined ? [] : [[parameter.name, value]];
        }),
      );
      return entry.parameters.flatMap((parameter) => {
        const value = another(parameter);
        if (value === undefined) {
          return [];
        }
        return calls(entry.kind, entry.name, { ...required, [parameter.name]: value })
          .filter((call) => call !== undefined && !saying(value).test(call))
          .map((call) => `${entry.kind}/${entry.name}, ${parameter.name}: ${call}`);
      });
    });
    assert.deepEqual(silent, []);
  });

  it('are those of the catalogue where all values are defaults', () => {
    for (const entry of catalogue.filter(({ kind }) => kind === 'optimizer' || kind === 'loss')) {
      assert.deepEqual(calls(entry.kind, entry.name, {}), [entry.pytorch, entry.keras]);
    }
  });

  it('have a value in another place, under another name, or not at all', () => {
    assert.deepEqual(calls('optimizer', 'sgd', { momentum: 0.9, weight_decay: 0.0005 }), [
      'torch.optim.SGD(params, lr=0.01, momentum=0.9, nesterov=False, weight_decay=0.0005)',
      // In Keras the parameter shrinks the weight itself.
      undefined,
    ]);
    assert.deepEqual(calls('optimizer', 'adamw', { beta_2: 0.95, weight_decay: 0.1 }), [
      'torch.optim.AdamW(params, lr=0.001, weight_decay=0.1, betas=(0.9, 0.95))',
      'keras.optimizers.AdamW(learning_rate=0.001, weight_decay=0.1, epsilon=1e-08, beta_2=0.95)',
    ]);
    assert.deepEqual(calls('layer', 'reshape', { shape: [2, -1] }), [
      // Unflatten splits one axis, but a picture has three.
      'torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Unflatten(1, (2, -1)))',
      'keras.layers.Reshape((2, -1))',
    ]);
    assert.deepEqual(calls('loss', 'categorical_crossentropy', { label_smoothing: 0.1 }), [
      'torch.nn.CrossEntropyLoss(label_smoothing=0.1)',
      'keras.losses.CategoricalCrossentropy(label_smoothing=0.1)',
    ]);
    assert.deepEqual(calls('layer', 'conv2d', { filters: 8, kernel_size: [3, 5], strides: 2, padding: 1 }), [
      'torch.nn.Conv2d(in_channels, 8, (3, 5), stride=2, padding=1)',
      // Keras pads by name.
      undefined,
    ]);
    assert.equal(
      calls('layer', 'conv2d', { filters: 8, kernel_size: 3, padding: 'same' })[1],
      "keras.layers.Conv2D(8, 3, data_format='channels_first', padding='same')",
    );
    assert.deepEqual(calls('layer', 'dense', { units: 4, activation: 'relu' }), [
      'torch.nn.Linear(in_features, 4)',
      "keras.layers.Dense(4, activation='relu')",
    ]);
    assert.deepEqual(calls('layer', 'activation', { activation: 'silu' }), [
      undefined,
      "keras.layers.Activation('silu')",
    ]);
    // Keras has no name for it: there too it is a call of its own.
    assert.equal(calls('layer', 'dense', { units: 4, activation: 'lecun_tanh' })[1], 'keras.layers.Dense(4)');
    assert.deepEqual(calls('initializer', 'truncated_normal', { stddev: 0.1 }), [
      'torch.nn.init.trunc_normal_(w, 0, 0.1, a=0 - 2 * 0.1, b=0 + 2 * 0.1)',
      'keras.initializers.TruncatedNormal(mean=0.0, stddev=0.1)',
    ]);
  });

  it('give Keras our epsilon where its own default differs', () => {
    for (const entry of catalogue.filter(({ kind, keras }) => kind === 'optimizer' && keras)) {
      const { epsilon } = defaultsOf(entry);
      if (epsilon === undefined) {
        continue;
      }
      const [, told] = /epsilon=([\d.e-]+)/.exec(entry.keras ?? '') ?? [];
      assert.equal(Number(told), epsilon, entry.name);
    }
  });

  it('of schedules cut, cycle and monitor as ours do', () => {
    assert.deepEqual(calls('schedule', 'multi_step', { at: [300, 700], gamma: 0.5 }), [
      'torch.optim.lr_scheduler.MultiStepLR(optimizer, [300, 700], gamma=0.5)',
      // In Keras a boundary is the last step before a cut.
      'keras.optimizers.schedules.PiecewiseConstantDecay([k - 1 for k in [300, 700]], [lr * 0.5 ** i for i in range(len([300, 700]) + 1)])',
    ]);
    assert.deepEqual(calls('schedule', 'step', { every: 200, gamma: 0.5 }), [
      'torch.optim.lr_scheduler.StepLR(optimizer, 200, gamma=0.5)',
      'keras.optimizers.schedules.ExponentialDecay(lr, 200, decay_rate=0.5, staircase=True)',
    ]);
    assert.equal(
      calls('schedule', 'linear', { start: 1, end: 0.1, steps: 90 })[1],
      'keras.optimizers.schedules.PolynomialDecay(lr * 1, 90, end_learning_rate=lr * 0.1)',
    );
    // By default PyTorch goes down in as many steps as up, and moves the momentum.
    assert.equal(
      calls('schedule', 'cyclic', { base: 0.1, maximum: 1, up: 7 })[0],
      'torch.optim.lr_scheduler.CyclicLR(optimizer, 0.1, 1, step_size_up=7, step_size_down=2000, cycle_momentum=False)',
    );
    assert.doesNotMatch(calls('schedule', 'reduce_on_plateau', { monitor: 'loss' })[0] ?? 'mode', /mode/);
    assert.match(calls('schedule', 'reduce_on_plateau', { monitor: 'val_accuracy' })[0] ?? '', /, mode='max'\)$/);
  });
});
