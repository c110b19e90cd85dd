/**
 * Convolution (as everywhere in deep learning a cross-correlation: the filter is not turned around). x [B, C, H, W],
 * W [F, C/G, kh, kw], b [F] → z [B, F, H′, W′] → a = f(z). One axis less is the same with H = kh = 1. Around x lie zeros, as many
 * as the padding says; of G groups each sees its own channels only.
 */
import { inStretches } from '../../common/steps';
import { type Axis, windowAxes } from '../../spec/window';
import { complete, type Pieces, pieceNumbers, pieceWeights, pieceWork } from '../pieces';
import { makeActivation } from './activation';
import { findLearned, floats, type Layer, type LayerContext, learnedOf } from './layer';
import { clearPieces, type UnitWork, workPieces } from './ranged';

export function makeConvolution(context: LayerContext): Layer {
  const { plan, input: x, dInput, maxBatch, precision } = context;
  const learned = learnedOf(context);
  const weight = findLearned(context, learned, 'weight');
  const bias = findLearned(context, learned, 'bias');
  if (!weight) {
    throw new Error(`The plan of ${plan.name} has no weight tensor: plan the network again.`);
  }
  const W = weight.values;
  const dW = weight.gradient;
  const b = bias?.values;
  const db = bias?.gradient;

  const [channels, ...sizes] = plan.inputShape;
  const axes = windowAxes(sizes, plan.parameters);
  const line = { size: 1, kernel: 1, stride: 1, dilation: 1, before: 0, after: 0, places: 1 };
  const [vertical, horizontal] = axes.length === 1 ? [line, axes[0]] : axes;
  const [height, width] = [vertical.size, horizontal.size];
  const [kh, kw] = [vertical.kernel, horizontal.kernel];
  const [rows, columns] = [vertical.places, horizontal.places];
  const filters = weight.plan.shape[0];
  const depth = weight.plan.shape[1];
  const groups = channels / depth;
  const filtersOfGroup = filters / groups;
  const places = rows * columns;
  const field = depth * kh * kw;
  const inputSize = channels * height * width;
  const zSize = filters * rows * columns;
  const zShape = [filters, ...axes.map(({ places }) => places)];

  const plain = context.activation === undefined || context.activation.name === 'linear';
  const z = plain ? context.output : floats(precision, maxBatch * zSize);
  const delta = plain ? context.dOutput : floats(precision, maxBatch * zSize);
  const activation = plain ? undefined : makeActivation(context, zShape, z, delta, learned);

  const inside = overlap(horizontal);
  /** What one window covers, in the order of a filter; and dL/d of it. */
  const patch = new Float64Array(field);
  const patchGradient = new Float64Array(field);
  const weightGradient = new Float64Array(filters * field);
  const biasGradient = new Float64Array(filters);
  const sampleGradient = new Float64Array(dInput === undefined ? 0 : inputSize);

  /** Walks the window at place (r, q): for each row of the filter its first entry, and where that row lies in a sample's channels. */
  function eachRow(r: number, q: number, visit: (k: number, row: number) => void): void {
    const top = r * vertical.stride - vertical.before;
    for (let c = 0; c < depth; c++) {
      for (let i = 0; i < kh; i++) {
        const y = top + i * vertical.dilation;
        if (y >= 0 && y < height) {
          visit((c * kh + i) * kw, (c * height + y) * width + q * horizontal.stride - horizontal.before);
        }
      }
    }
  }

  /** Fills `patch` with what the window at (r, q) covers of the channels that begin at `first`; padding is 0. */
  function gather(first: number, r: number, q: number): void {
    patch.fill(0);
    eachRow(r, q, (k, row) => {
      for (let j = inside.from[q]; j < inside.to[q]; j++) {
        patch[k + j] = x[first + row + j * horizontal.dilation];
      }
    });
  }

  /** Adds `patchGradient` to the sample's gradient, where it was gathered from. */
  function scatter(first: number, r: number, q: number): void {
    eachRow(r, q, (k, row) => {
      for (let j = inside.from[q]; j < inside.to[q]; j++) {
        sampleGradient[first + row + j * horizontal.dilation] += patchGradient[k + j];
      }
    });
  }

  /** z[s, f, r, q] = b[f] + Σ_k W[f, k]·patch[k] of some places and filters, with k over channel, row and column of the filter. */
  function products(s: number, [from, to]: Span, [firstFilter, endFilter]: Span): void {
    for (let g = Math.floor(firstFilter / filtersOfGroup); g * filtersOfGroup < endFilter; g++) {
      const first = Math.max(firstFilter, g * filtersOfGroup);
      const end = Math.min(endFilter, (g + 1) * filtersOfGroup);
      for (let place = from; place < to; place++) {
        // Of a group that is begun the patch is there.
        if (first === g * filtersOfGroup) {
          gather(s * inputSize + g * depth * height * width, Math.floor(place / columns), place % columns);
        }
        for (let f = first; f < end; f++) {
          let sum = b === undefined ? 0 : b[f];
          for (let k = 0, w = f * field; k < field; k++, w++) {
            sum += W[w] * patch[k];
          }
          z[(s * filters + f) * places + place] = sum;
        }
      }
    }
  }

  /** Whether the patch of the place under way is there. */
  let left = false;

  /**
   * Adds the part that some places of a sample have in dW[f, k] = Σ delta[s, f, r, q]·patch[k] and db[f] = Σ delta[s, f, r, q] over samples and places;
   * dL/dpatch[k] = Σ_f delta[s, f, r, q]·W[f, k] goes back to where the patch came from. A delta of 0 adds nothing: behind a pooling
   * layer most are.
   */
  function gradients(s: number, [from, to]: Span, [firstFilter, endFilter]: Span): void {
    for (let g = Math.floor(firstFilter / filtersOfGroup); g * filtersOfGroup < endFilter; g++) {
      const channel = g * depth * height * width;
      const first = Math.max(firstFilter, g * filtersOfGroup);
      const end = Math.min(endFilter, (g + 1) * filtersOfGroup);
      for (let place = from; place < to; place++) {
        const [r, q] = [Math.floor(place / columns), place % columns];
        let gathered = first > g * filtersOfGroup && left;
        for (let f = first; f < end; f++) {
          const d = delta[(s * filters + f) * places + place];
          if (d === 0) {
            continue;
          }
          if (!gathered) {
            gather(s * inputSize + channel, r, q);
            patchGradient.fill(0);
            gathered = true;
          }
          biasGradient[f] += d;
          for (let k = 0, w = f * field; k < field; k++, w++) {
            weightGradient[w] += d * patch[k];
            patchGradient[k] += d * W[w];
          }
        }
        if (gathered && dInput !== undefined && end === (g + 1) * filtersOfGroup) {
          scatter(channel, r, q);
        }
        left = gathered;
      }
    }
  }

  const clearSample = (_s: number, from: number, to: number) => sampleGradient.fill(0, from, to);

  function returnSample(s: number, from: number, to: number): void {
    if (dInput) {
      for (let i = from; i < to; i++) {
        dInput[s * inputSize + i] = sampleGradient[i];
      }
    }
  }

  function writeWeights(from: number, to: number): void {
    for (let w = from; w < to; w++) {
      dW[w] = weightGradient[w];
    }
  }

  // A product in a window takes longer than one in a row, and the windows of all channels are walked through row by row.
  const workOfPlace = 2 * filters * field + 4 * channels * kh * (kw + walkedRow);
  const placesOfPiece = Math.max(1, Math.floor(pieceWork / workOfPlace));
  /** Of a place that takes long, in a piece. */
  const filtersOfPiece = Math.min(filters, Math.max(1, Math.floor((pieceWork * filters) / workOfPlace)));
  const partsOfPlace = Math.ceil(filters / filtersOfPiece);

  /** The places of a sample, or the parts of places that take long, one after the other. */
  const overPlaces = (pass: typeof products): UnitWork => ({
    numbers: places * partsOfPlace,
    most: placesOfPiece,
    pass(s, from, to) {
      if (partsOfPlace === 1) {
        pass(s, [from, to], [0, filters]);
        return;
      }
      for (let part = from; part < to; part++) {
        const place = Math.floor(part / partsOfPlace);
        const first = (part % partsOfPlace) * filtersOfPiece;
        pass(s, [place, place + 1], [first, Math.min(first + filtersOfPiece, filters)]);
      }
    },
  });
  const forwardWork: readonly UnitWork[] = [overPlaces(products)];
  const backwardWork: readonly UnitWork[] = [
    { numbers: sampleGradient.length, most: pieceNumbers, pass: clearSample },
    overPlaces(gradients),
    { numbers: sampleGradient.length, most: pieceNumbers, pass: returnSample },
  ];

  function* forwardParts(count: number, training: boolean, step: number): Pieces<void> {
    yield* workPieces(count, forwardWork);
    if (activation) {
      yield* activation.forwardParts(count, training, step);
    }
  }

  // delta = dL/da · f′(z), then the gradients and what goes back.
  function* backwardParts(count: number): Pieces<void> {
    if (!context.fused && activation) {
      yield* activation.backwardParts(count);
    }
    yield* clearPieces(weightGradient);
    biasGradient.fill(0);
    yield* workPieces(count, backwardWork);
    yield* inStretches(dW.length, writeWeights, pieceWeights);
    if (db !== undefined) {
      for (let f = 0; f < filters; f++) {
        db[f] = biasGradient[f];
      }
    }
  }

  return {
    learned,
    z,
    delta,
    zSize,
    zShape,
    kept: activation?.kept,
    forward: (count, training, step) => complete(forwardParts(count, training, step)),
    backward: (count) => complete(backwardParts(count)),
    forwardParts,
    backwardParts,
  };
}

/** Products that a row of a window counts for beside its own numbers. */
const walkedRow = 8;

/** Those from the first up to the second. */
type Span = readonly [from: number, to: number];

/** For each place of the window along an axis, which entries of a filter `[from, to)` lie on the input and not on its padding. */
function overlap({ size, kernel, stride, dilation, before, places }: Axis): { from: Int32Array; to: Int32Array } {
  const from = new Int32Array(places);
  const to = new Int32Array(places);
  for (let q = 0; q < places; q++) {
    const start = q * stride - before;
    from[q] = Math.max(0, Math.ceil(-start / dilation));
    to[q] = Math.min(kernel, Math.ceil((size - start) / dilation));
  }
  return { from, to };
}
