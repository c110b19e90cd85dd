import { rounds } from '../../../../harness/rounds';
import { complete, thing } from '../../support';
import { compareMany, draw, type LayerCase, oneOf, restartDraws } from './support';

/** Cheap activations, others, one over the channels, and those with a slope of their own. */
const activations = ['linear', 'relu', 'leaky_relu', 'tanh', 'softmax', 'prelu', 'rrelu'].map((name) =>
  complete('activation', thing(name)),
);

/** Convolutions with all options; about a third are usual ones. */
function convolution(axes: 1 | 2): LayerCase {
  const each = <T>(value: () => T): readonly T[] => Array.from({ length: axes }, value);
  const usual = draw(3) === 0;
  const groups = usual ? 1 : oneOf([1, 1, 2, 3]);
  const channels = groups * (1 + draw(usual ? 6 : 4));
  const kernel = each(() => 1 + draw(usual ? 3 : 7));
  return {
    type: axes === 1 ? 'conv1d' : 'conv2d',
    inputShape: [channels, ...each(() => 1 + draw(usual ? oneOf([14, 22]) : 9))],
    parameters: {
      filters: groups * (1 + draw(usual ? 9 : 4)),
      kernel_size: kernel,
      strides: each(() => (usual ? 1 : 1 + draw(3))),
      dilation_rate: each(() => (usual ? 1 : oneOf([1, 1, 2, 3]))),
      padding: oneOf<number | string>([0, 'same', 1, 2]),
      groups,
      use_bias: draw(4) > 0,
    },
    activation: draw(2) === 0 ? undefined : oneOf(activations),
    count: 1 + draw(6),
    first: draw(5) === 0,
    // Behind pooling most errors are 0.
    error: draw(2) === 0 ? undefined : () => oneOf([0, 0, 0, 1, -1]),
  };
}

/** Planes of 256 numbers, which are spread in memory. */
const crowded = (): LayerCase => ({
  type: 'conv2d',
  inputShape: [8 + draw(3), 16, 16],
  parameters: {
    filters: 8 + draw(3),
    kernel_size: oneOf([1, 3]),
    padding: oneOf<number | string>([0, 'same']),
    groups: 1,
    use_bias: true,
  },
  activation: oneOf(activations),
  count: 1 + draw(5),
});

/** Rows of many places, which several tiles cover. */
function longRows(axes: 1 | 2): LayerCase {
  const layer = convolution(axes);
  const [channels, ...sizes] = layer.inputShape;
  return { ...layer, inputShape: [channels, ...sizes.slice(1), 40 + draw(200)] };
}

/**
 * Planes that the gradient of the weights sums in several tiles: with many rows, or with long rows.
 */
function largePlanes(axes: 1 | 2): LayerCase {
  const layer = convolution(axes);
  const sizes = axes === 2 && draw(2) === 0 ? [95 + draw(50), 95 + draw(90)] : [1 + draw(3), 8100 + draw(11000)];
  const groups = 1 + draw(2);
  return {
    ...layer,
    inputShape: [groups, ...sizes.slice(-axes)],
    parameters: {
      ...layer.parameters,
      filters: groups * (1 + draw(3)),
      // Small kernels: the reference takes seconds for large ones, and they need no more tiles.
      kernel_size: Array.from({ length: axes }, () => 1 + draw(3)),
      groups,
      strides: oneOf([1, 1, 1, 2]),
    },
    activation: undefined,
    count: 1 + draw(4),
    // Whole numbers, whose sums are exact in any order.
    value: () => draw(9) - 4,
    error: () => draw(3) - 1,
  };
}

describe('Convolution of the wasm backend', () => {
  before(restartDraws);

  it(`conv2d agrees with the reference for ${rounds(300)} random shapes within 1e-5`, () => {
    compareMany(rounds(300), () => convolution(2), 1e-5);
  });

  it(`conv2d on planes of a power of two agrees with the reference for ${rounds(10)} random shapes within 1e-5`, () => {
    compareMany(rounds(10), crowded, 1e-5);
  });

  it(`conv1d agrees with the reference for ${rounds(150)} random shapes within 1e-5`, () => {
    compareMany(rounds(150), () => convolution(1), 1e-5);
  });

  it(`conv1d and conv2d on long rows agree with the reference for ${rounds(60)} random shapes each within 1e-5`, () => {
    compareMany(rounds(60), () => longRows(1), 1e-5);
    compareMany(rounds(60), () => longRows(2), 1e-5);
  });

  it(`conv1d and conv2d on large planes agree with the reference for ${rounds(10)} random shapes each within 1e-5`, () => {
    compareMany(rounds(10), () => largePlanes(1), 1e-5);
    compareMany(rounds(10), () => largePlanes(2), 1e-5);
  });
});
