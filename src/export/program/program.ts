/** A trained network as the parts of a program: tables, functions, and the body of `predict`. */
import { t } from '@vscode/l10n';
import { log } from '../../common/math';
import { decisionThreshold, predictionNames } from '../../spec/lossRules';
import { storedTensors } from '../../spec/plan';
import { sizeOf } from '../../spec/shape';
import type { ExportInput } from '../exportInput';
import functionsText from './functions.c';
import { type Fail, inputSource } from './inputs';
import { layerSource, tableName } from './layers';
import { comment, floatTable, inComment, real, type Table, textTable } from './source';

export interface Program {
  /** Lines of the file's first comment. */
  readonly about: readonly string[];
  readonly inputs: number;
  readonly outputs: number;
  /** Names of inputs, outputs, classes and categories, for whoever calls the program. */
  readonly names: readonly Table[];
  readonly tables: readonly Table[];
  readonly buffers: readonly { readonly name: string; readonly size: number }[];
  /** Those of `functions.c` that the body calls. */
  readonly functions: readonly string[];
  /** Reads `inputs`, writes `outputs`. */
  readonly body: readonly string[];
  /** The class of some outputs: with one output it is the second of two above this. */
  readonly threshold?: number;
}

export function programOf({ spec, network, data, weights }: ExportInput, fail: Fail): Program {
  if (!weights) {
    throw new Error('A program that predicts needs trained weights: read them first.');
  }
  const { inputs, target } = data;
  const size = sizeOf(network.outputShape);
  const input = inputSource(inputs, 'a0', fail);
  const tables = [...input.tables];
  const buffers = [{ name: 'a0', size: sizeOf(network.inputShape) }];
  const body = [comment(t('Inputs are encoded and scaled as in training.')), ...input.lines];
  const outputOf = ['a0'];
  for (const layer of network.layers) {
    const { name, type, index, skipFrom, activation, outputShape } = layer;
    const skip = skipFrom === undefined ? undefined : outputOf[skipFrom + 1];
    const source = layerSource({ layer, x: outputOf[index], skip });
    outputOf.push(source.output);
    buffers.push(...source.buffers);
    if (source.lines.length > 0) {
      const kind =
        activation && activation.name !== 'linear' && activation.name !== type ? `${type}, ${activation.name}` : type;
      body.push('', comment(`${name}: ${kind} → [${outputShape.join(', ')}]`), ...source.lines);
    }
    for (const tensor of storedTensors(layer)) {
      tables.push(floatTable(tableName(layer, tensor), weights.tensors.get(tensor.name)!));
    }
  }
  body.push('', ...outputLines(outputOf.at(-1)!, size, target.scaling));
  const { classNames } = target;
  const hasClasses = classNames !== undefined && (target.kind === 'classes' || size === 1);
  const names = [
    textTable(
      'input_names',
      inputs.map(({ column }) => column),
    ),
    textTable('output_names', predictionNames(target, size)),
    ...(hasClasses ? [textTable('class_names', classNames)] : []),
  ];
  return {
    about: [
      t('{0}: a network that NNSpec has trained, as a program that predicts.', spec.name),
      t('It gives the same bits as nnspec predict: every operation is one of IEEE 754, in the same order.'),
      ...inputs.map((column, at) => `inputs[${at}] ${column.column}${rangeOf(column)}`),
    ].map(inComment),
    inputs: inputs.length,
    outputs: size,
    names,
    tables,
    buffers,
    functions: functionsOf(body),
    body,
    ...(hasClasses && { threshold: decisionThreshold(network.loss) }),
  };
}

function rangeOf({ type, categories = [], imputation }: ExportInput['data']['inputs'][number]): string {
  const missing = imputation === undefined ? '' : ` ${t('(NaN where it is missing)')}`;
  if (type === 'category') {
    return `: ${categories.map((name, index) => `${index} ${name}`).join(', ')}${missing}`;
  }
  return type === 'date' ? `: ${t('days since 1970-01-01')}${missing}` : missing;
}

/** Where targets were scaled, outputs go back to their own units; the second half may be log-variances. */
function outputLines(a: string, size: number, scaling: ExportInput['data']['target']['scaling']): string[] {
  if (!scaling) {
    return [`for (int i = 0; i < ${size}; i++) {`, `    outputs[i] = ${a}[i];`, '}'];
  }
  return [
    comment(t('Back to the units of the target.')),
    ...Array.from({ length: size }, (_, k) => {
      if (k >= scaling.length) {
        return `outputs[${k}] = ${a}[${k}] + ${real(2 * log(scaling[k - scaling.length].scale))};`;
      }
      const { log: ofLogarithm, shift, scale } = scaling[k];
      const unscaled = `${a}[${k}] * ${real(scale)} + ${real(shift)}`;
      return `outputs[${k}] = ${ofLogarithm ? `exact_exp(${unscaled})` : unscaled};`;
    }),
  ];
}

interface Definition {
  readonly name: string;
  readonly source: string;
}

/** The definitions of `functions.c`, without comments. */
function definitions(): Definition[] {
  return functionsText
    .split('\n\n')
    .filter((block) => block.includes('static '))
    .map((block) => {
      const source = block.slice(block.indexOf('static ')).trim();
      return { name: /^static (?:const )?\w+ (\w+)/.exec(source)![1], source };
    });
}

/** Those that the lines call, and those that these call, in the file's order. */
export function functionsOf(lines: readonly string[]): readonly string[] {
  const all = definitions();
  const used = new Set<string>();
  const visit = (source: string) => {
    for (const [word] of source.matchAll(/[a-z]\w*/g)) {
      const found = all.find(({ name }) => name === word);
      if (found && !used.has(word)) {
        used.add(word);
        visit(found.source);
      }
    }
  };
  visit(lines.join('\n'));
  return all.filter(({ name }) => used.has(name)).map(({ source }) => source);
}
