/** The samples that a network fits worst, as pictures or as cells in the file's own units. */
import { columnsAtOnce, mistakePixels, mistakesAtOnce, shorten } from '../common/limits';
import type { InputEncoding } from '../data/dataset';
import { widthOf } from '../data/inputs';
import { givesProbabilities, type Moment, type WorstSample, worstSamples } from '../engine';
import { argmax } from '../engine/metrics';
import type { MistakenSample, Mistakes, MistakesQuestion } from '../protocol/engine';
import { isoDate } from '../spec/dates';
import { decisionThreshold, targetKindOf } from '../spec/lossRules';
import { unscaleTarget } from '../spec/targetScale';
import type { Prepared } from './prepare';

/** Numbers or labels of a target that are shown. */
const shownTargets = 5;
/** A square of numbered columns is a picture from this side on. */
const smallestSquare = 4;
/** Days are kept in float32; a date without a time of day may come out a moment before its midnight. */
const dayRounding = 0.01;
/** Digits that a float32 keeps. */
const digits = 6;

export function mistakesOf(prepared: Prepared, moment: Moment, question: MistakesQuestion): Mistakes {
  const { dataset } = prepared;
  const { total, samples } = worstSamples(moment, { ...question, count: mistakesAtOnce });
  const { inputSize, inputShape, inputEncodings, targetEncoding } = dataset;
  const inputsOf = ({ sample }: WorstSample) =>
    moment.data.inputs.subarray(sample * inputSize, (sample + 1) * inputSize);
  const shape = pictureShape(inputShape, inputEncodings);
  const shown = samples.map((each) => ({
    row: (dataset.rows?.[each.sample] ?? each.sample) + 1,
    ...answersOf(prepared, moment, each),
    wrong: each.wrong,
  }));
  const base = {
    question,
    total,
    ...(targetEncoding.columns.length > 1 && {
      targets: targetEncoding.columns.slice(0, shownTargets).map((name) => shorten(name)),
    }),
  };
  if (shape) {
    const { picture, pixels } = picturesOf(shape, samples.map(inputsOf), inputEncodings);
    return { ...base, picture, samples: shown.map((each, i) => ({ ...each, pixels: pixels[i] })) };
  }
  const columns = inputEncodings.slice(0, columnsAtOnce);
  return {
    ...base,
    columns: columns.map(({ column, type }) => ({ name: shorten(column), isNumber: type === 'number' })),
    moreColumns: inputEncodings.length - columns.length,
    samples: shown.map((each, i) => ({ ...each, cells: cellsOf(inputsOf(samples[i]), columns) })),
  };
}

/** Target and prediction in words: a class, the labels that hold, or numbers in their own units. */
function answersOf(
  { dataset }: Prepared,
  { plan, data }: Moment,
  { sample, predicted, outputs }: WorstSample,
): Pick<MistakenSample, 'target' | 'predicted' | 'probability'> {
  const { network } = plan;
  const { targetSize, units } = data;
  const { columns, classNames } = dataset.targetEncoding;
  const targets = (units?.targets ?? data.targets).subarray(sample * targetSize, (sample + 1) * targetSize);
  if (predicted !== undefined) {
    const truth = targetSize === 1 ? Number(targets[0] > 0.5) : argmax(targets, 0, targetSize);
    const nameOf = (index: number) => shorten(classNames?.[index] ?? String(index));
    const second = targetSize === 1 ? outputs[0] : undefined;
    const probability = second === undefined ? outputs[truth] : truth === 1 ? second : 1 - second;
    return {
      target: [nameOf(truth)],
      predicted: [nameOf(predicted)],
      ...(givesProbabilities(network) && { probability }),
    };
  }
  if (targetKindOf(network.loss.name, network.layers) !== 'numbers') {
    const labels = (values: ArrayLike<number>, threshold: number) =>
      columns
        .filter((_, k) => values[k] > threshold)
        .slice(0, shownTargets)
        .map((name) => shorten(name));
    return { target: labels(targets, 0.5), predicted: labels(outputs, decisionThreshold(network.loss)) };
  }
  const count = Math.min(targetSize, shownTargets);
  const own = Array.from(outputs.subarray(0, count), (value, k) =>
    units ? unscaleTarget(value, units.scales[k]) : value,
  );
  return { target: [...targets.subarray(0, count)], predicted: own };
}

interface PictureShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** How the inputs are laid out as a picture: by their shape, or as a square of numbered columns. */
function pictureShape(shape: readonly number[], encodings: readonly InputEncoding[]): PictureShape | undefined {
  if (shape.length === 3 && (shape[0] === 1 || shape[0] === 3)) {
    return { channels: shape[0], height: shape[1], width: shape[2] };
  }
  if (shape.length === 2) {
    return { channels: 1, height: shape[0], width: shape[1] };
  }
  const side = Math.sqrt(encodings.length);
  const [first] = encodings;
  const prefix = withoutNumber(first?.column ?? '');
  const start = Number(first?.column.slice(prefix.length));
  const isSquare =
    shape.length === 1 &&
    Number.isInteger(side) &&
    side >= smallestSquare &&
    encodings.every(({ column, type }, i) => type === 'number' && column === `${prefix}${start + i}`);
  return isSquare ? { channels: 1, height: side, width: side } : undefined;
}

/** `pixel_` for `pixel_12`. */
function withoutNumber(name: string): string {
  let end = name.length;
  while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9') {
    end--;
  }
  return name.slice(0, end);
}

/** Pictures in shades of their common range; of a large one each pixel stands for several. */
function picturesOf(
  { channels, height, width }: PictureShape,
  samples: readonly ArrayLike<number>[],
  encodings: readonly InputEncoding[],
): { readonly picture: PictureShape; readonly pixels: readonly Uint8Array[] } {
  const stride = Math.ceil(Math.max(height, width) / mistakePixels);
  const picture = { channels, height: Math.ceil(height / stride), width: Math.ceil(width / stride) };
  const values = samples.map((inputs) => {
    const shown = new Float64Array(channels * picture.height * picture.width);
    let at = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < height; y += stride) {
        for (let x = 0; x < width; x += stride) {
          const from = (channel * height + y) * width + x;
          const { scale, shift } = encodings[from];
          shown[at++] = inputs[from] * scale + shift;
        }
      }
    }
    return shown;
  });
  const low = values.reduce((least, shown) => shown.reduce((a, b) => Math.min(a, b), least), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, shown) => shown.reduce((a, b) => Math.max(a, b), most), Number.NEGATIVE_INFINITY);
  const shade = (value: number) => Math.round((255 * (value - low)) / (high - low || 1));
  return { picture, pixels: values.map((shown) => Uint8Array.from(shown, shade)) };
}

/** The inputs as they stood in the table: scaled back, one-hot codes as their category. */
function cellsOf(inputs: ArrayLike<number>, encodings: readonly InputEncoding[]): NonNullable<MistakenSample['cells']> {
  let at = 0;
  return encodings.map((encoding) => {
    const from = at;
    at += widthOf(encoding);
    const { type, categories, scale, shift } = encoding;
    if (categories) {
      const code = categories.findIndex((_, k) => inputs[from + k] === 1);
      return code < 0 ? null : shorten(categories[code]);
    }
    const value = inputs[from] * scale + shift;
    return type === 'date' ? isoDate(Math.floor(value + dayRounding)) : Number(value.toPrecision(digits));
  });
}
