/** The part of a script that reads its table: encodes, scales and shapes it as the spec says. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import type { Spec } from '../../spec/spec';
import type { ExportData, ExportRows, InputColumn } from '../exportInput';
import { rowColumnsOf, tableName } from './rows';
import { listOf, quoted } from './source';

/** Between the quartiles of a normal distribution lie so many standard deviations. */
const normalQuartiles = 1.3489795003921634;

/** The function `read_data` of a script. It returns x, t, the part of each row, and what else is used. */
export function dataSource({ data: spec }: Spec, data: ExportData, rows: ExportRows, shape: readonly number[]): string {
  const names = rowColumnsOf(data);
  const groups = groupsOf(data.inputs);
  const scaled = data.inputs.some(({ type }) => type !== 'category') && spec.scale !== 'none';
  const returned = ['x', 't', 'part', ...(rows.weights || rows.classWeights ? ['weights'] : [])];
  if (rows.weights) {
    returned.push('row_weights');
  }
  const lines = [
    'def read_data():',
    `    """${t('Inputs and targets as the spec encodes and scales them, and the part of each row.')}"""`,
    `    with open(HERE / ${quoted(tableName)}, newline="", encoding="utf-8") as file:`,
    '        names, *rows = csv.reader(file)',
    '    table = dict(zip(names, np.array(rows).T))',
    `    part = table[${quoted(names.part)}]`,
    ...(scaled ? ['    train = part == "train"'] : []),
    ...groups.flatMap((group, at) => inputLines(group, groups.length === 1 ? 'x' : `x${at + 1}`, spec)),
    ...(groups.length > 1
      ? [`    x = np.concatenate([${groups.map((_, at) => `x${at + 1}`).join(', ')}], axis=1)`]
      : []),
    ...(shape.length > 1 ? [`    x = x.reshape(-1, ${shape.join(', ')})`] : []),
    ...targetLines(data),
    ...weightLines(rows, names),
    `    return ${returned.map((each) => (each === 'x' || each === 't' ? `${each}.astype(np.float32)` : each)).join(', ')}`,
    '',
  ];
  return lines.join('\n');
}

/** Neighbours that are encoded alike. */
function groupsOf(inputs: readonly InputColumn[]): readonly (readonly InputColumn[])[] {
  const groups: InputColumn[][] = [];
  for (const input of inputs) {
    const last = groups.at(-1)?.[0];
    if (last?.type === 'number' && input.type === 'number' && isImputed(last) === isImputed(input)) {
      groups.at(-1)!.push(input);
    } else {
      groups.push([input]);
    }
  }
  return groups;
}

function isImputed({ imputation }: InputColumn): boolean {
  return imputation !== undefined;
}

function inputLines(group: readonly InputColumn[], x: string, spec: Spec['data']): string[] {
  const [first] = group;
  switch (first.type) {
    case 'category':
      return categoryLines(first, x);
    case 'date':
      return dateLines(first, x, spec);
    case 'number': {
      const names = group.map(({ column }) => quoted(column));
      const read = isImputed(first)
        ? 'np.array([float(cell or "nan") for cell in table[name]])'
        : 'table[name].astype(float)';
      return [
        `    ${x} = np.stack([${read} for name in ${listOf(names, 4)}], axis=1)`,
        ...(isImputed(first) ? imputationLines(x, spec) : []),
        ...scalingLines(group, x, spec),
      ];
    }
    default:
      return assertNever(first.type);
  }
}

function imputationLines(x: string, { missing }: Spec['data']): string[] {
  return [
    `    # ${missing === 'mean' ? t('A missing number becomes the mean of the train part.') : t('A missing number becomes the median of the train part.')}`,
    `    ${x} = np.where(np.isnan(${x}), np.nan${missing}(${x}[part == "train"], axis=0), ${x})`,
  ];
}

function categoryLines({ column, categories = [], imputation }: InputColumn, x: string): string[] {
  const cells = `table[${quoted(column)}]`;
  const filled =
    imputation === undefined ? cells : `np.where(${cells} == "", ${quoted(categories[imputation])}, ${cells})`;
  return [`    ${x} = (${filled}[:, None] == np.array(${listOf(categories.map(quoted), 4)})).astype(float)`];
}

/** Days since 1970, scaled; then a sine and a cosine for each cycle. */
function dateLines(input: InputColumn, x: string, spec: Spec['data']): string[] {
  const { column, cycles = [] } = input;
  const phases = {
    month: `date.astype("datetime64[M]").astype(int) % 12 / 12`,
    weekday: '(np.floor(days[:, 0]) + 3) % 7 / 7',
  };
  const date =
    input.imputation === undefined
      ? `table[${quoted(column)}].astype("datetime64[ms]")`
      : `np.where(table[${quoted(column)}] == "", "NaT", table[${quoted(column)}]).astype("datetime64[ms]")`;
  const lines = [
    `    date = ${date}`,
    '    days = (date.astype(float) / 86_400_000)[:, None]',
    ...(input.imputation === undefined
      ? []
      : [
          '    days[np.isnat(date)] = np.nan',
          ...imputationLines('days', spec),
          '    date = (days[:, 0] * 86_400_000).astype("datetime64[ms]")',
        ]),
    `    ${x} = days`,
    ...scalingLines([input], x, spec),
  ];
  for (const cycle of cycles) {
    lines.push(`    angle = 2 * np.pi * (${phases[cycle]})[:, None]`);
    lines.push(`    ${x} = np.concatenate([${x}, np.sin(angle), np.cos(angle)], axis=1)`);
  }
  return lines;
}

/** A column without spread is only shifted. */
function scalingLines(group: readonly InputColumn[], x: string, { scale }: Spec['data']): string[] {
  const mayBeConstant = group.some((input) => input.scale === 1);
  const spread = (expression: string) =>
    mayBeConstant ? `np.where(np.ptp(${x}[train], axis=0) > 0, ${expression}, 1)` : expression;
  switch (scale) {
    case 'none':
      return [];
    case 'standard':
      return [
        `    # ${t('Scaled to mean 0 and deviation 1 on the train part.')}`,
        `    shift, scale = ${x}[train].mean(axis=0), ${spread(`${x}[train].std(axis=0)`)}`,
        `    ${x} = (${x} - shift) / scale`,
      ];
    case 'minmax':
      return [
        `    # ${t('Scaled to 0 … 1 on the train part.')}`,
        `    shift, scale = ${x}[train].min(axis=0), ${spread(`np.ptp(${x}[train], axis=0)`)}`,
        `    ${x} = (${x} - shift) / scale`,
      ];
    case 'robust': {
      const limit = group[0].limit ?? 5;
      return [
        `    # ${t('Scaled by median and quartiles of the train part; outliers are limited.')}`,
        `    low, shift, high = np.percentile(${x}[train], [25, 50, 75], axis=0)`,
        `    scale = (high - low) / ${normalQuartiles}`,
        `    scale = np.where(scale > 0, scale, ${spread(`${x}[train].std(axis=0)`)})`,
        `    ${x} = np.clip((${x} - shift) / scale, -${limit}, ${limit})`,
      ];
    }
    default:
      return assertNever(scale);
  }
}

function targetLines({ target: { columns, kind, classNames, scaling } }: ExportData): string[] {
  const [first] = columns;
  const numbers = `np.stack([table[name].astype(float) for name in ${listOf(columns.map(quoted), 4)}], axis=1)`;
  if (kind === 'classes' && columns.length === 1 && classNames) {
    return [
      `    t = (table[${quoted(first)}][:, None] == np.array(${listOf(classNames.map(quoted), 4)})).astype(float)`,
    ];
  }
  if (kind === 'binary' && columns.length === 1 && classNames) {
    return [`    t = (table[${quoted(first)}] == ${quoted(classNames[1])}).astype(float)[:, None]`];
  }
  if (!scaling) {
    return [`    t = ${numbers}`];
  }
  const logged = scaling[0].log ? [`    t = np.log(t)`] : [];
  return [
    `    t = ${numbers}`,
    ...logged,
    `    # ${t('Targets are scaled too: TARGET_SHIFT and TARGET_SCALE were fitted on the train part.')}`,
    '    t = (t - TARGET_SHIFT) / TARGET_SCALE',
  ];
}

function weightLines({ weights, classWeights }: ExportRows, names: ReturnType<typeof rowColumnsOf>): string[] {
  const column = (name: string) => `table[${quoted(name)}].astype(float)`;
  const lines = weights ? [`    row_weights = ${column(names.weight)}`] : [];
  if (weights && classWeights) {
    lines.push(`    weights = row_weights * ${column(names.classWeight)}`);
  } else if (weights) {
    lines.push('    weights = row_weights');
  } else if (classWeights) {
    lines.push(`    weights = ${column(names.classWeight)}`);
  }
  return lines;
}
