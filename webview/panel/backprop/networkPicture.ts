/** The network as columns of units, with the values that the walk has computed so far. */
import { t } from '@vscode/l10n';
import type { WalkStep } from '../../../src/protocol/engine';
import { svg } from '../../shared/dom';
import { formatNumber } from '../../shared/format';
import type { LessonStep, Matrix, Selection, WalkReader } from './walk';

const unitsShown = 6;
/** Maximum number of columns; more would be too small to read. */
const columnsShown = 5;
const gap = 118;
const pitch = 44;
const radius = 17;
const top = 34;

interface Column {
  readonly name: string;
  readonly size: number;
  /** Layer index; -1 for the inputs. */
  readonly layer: number;
}

export function networkPicture(reader: WalkReader, at: number, selection: Selection): SVGElement {
  const step = reader.steps[at];
  const first = reader.layers[0];
  const all: Column[] = [
    { name: t('inputs'), size: (first?.inputShape ?? [1]).reduce((a, b) => a * b, 1), layer: -1 },
    ...reader.layers.map((layer, i) => ({ name: layer.name, size: layer.shape.reduce((a, b) => a * b, 1), layer: i })),
  ];
  const start = firstShown(step, all.length);
  const columns = all.slice(start, start + columnsShown);
  const tallest = Math.max(
    ...columns.map((column) => Math.min(unitsShown, column.size) + (column.size > unitsShown ? 0.6 : 0)),
  );
  const width = columns.length * gap;
  const height = top + tallest * pitch + 26;
  const x = (i: number) => gap / 2 + i * gap;
  const y = (column: Column, unit: number) => {
    const count = Math.min(unitsShown, column.size);
    return top + ((tallest - count) * pitch) / 2 + pitch / 2 + unit * pitch;
  };
  const picture = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    class: 'network',
    role: 'img',
    'aria-label': describe(reader, step),
    'data-testid': 'network',
    'data-width': width,
  });
  columns.forEach((column, i) => {
    if (i > 0) {
      picture.append(edges(reader, column, columns[i - 1], i, step, x, y));
    }
  });
  const middle = top + (tallest * pitch) / 2;
  const rest = all.length - start - columns.length;
  if (start > 0) {
    picture.append(svg('text', { x: 12, y: middle, class: 'more' }, `⋯ ${start}`));
  }
  if (rest > 0) {
    picture.append(svg('text', { x: width - 12, y: middle, class: 'more' }, `${rest} ⋯`));
  }
  for (const [i, column] of columns.entries()) {
    picture.append(units(reader, column, at, selection, x(i), (unit) => y(column, unit), height));
  }
  picture.append(flow(reader, step, columns, x));
  return picture;
}

/** The first column to show, so that the step's layer is in the middle. */
function firstShown({ phase }: WalkStep, count: number): number {
  const active = phase.layer === undefined ? count - 1 : phase.layer + 1;
  return Math.max(0, Math.min(active - 2, count - columnsShown));
}

function describe(reader: WalkReader, step: LessonStep): string {
  const names = reader.layers.map((layer) => layer.name).join(', ');
  const layer = step.phase.layer === undefined ? '' : (reader.layers[step.phase.layer]?.name ?? '');
  const where = {
    forward: t('The values flow forward through {0}.', layer),
    error: layer === '' ? t('The output meets the target.') : t('The error flows back to {0}.', layer),
    gradients: t('The gradients of {0} follow from its error and its inputs.', layer),
    update: t('The weights change: {0}.', layer),
    again: t('The values flow forward again, through the new weights.'),
  }[step.stage];
  return `${t('The network, layer by layer: {0}.', names)} ${where}`;
}

/** Weights or gradients as lines: blue if positive, orange and dashed if negative, thicker if larger. */
function edges(
  reader: WalkReader,
  column: Column,
  before: Column,
  i: number,
  step: LessonStep,
  x: (i: number) => number,
  y: (column: Column, unit: number) => number,
): SVGElement {
  // An error comes back to its layer over the weights of the next one.
  const active = column.layer === (isComingBack(step) ? (step.phase.layer ?? 0) + 1 : step.phase.layer);
  const group = svg('g', { class: active ? `edges active ${step.phase.kind}` : 'edges' });
  const isNew = step.stage === 'again' || (step.stage === 'update' && active);
  const role = step.stage === 'gradients' && active ? 'dW' : isNew ? 'Wafter' : 'W';
  const weights = reader.tensor(role, column.layer);
  const dense = weights !== undefined;
  const largest = dense ? largestOf(weights) : 1;
  const [from, to] = [Math.min(unitsShown, before.size), Math.min(unitsShown, column.size)];
  for (let unit = 0; unit < to; unit++) {
    for (let input = 0; input < from; input++) {
      if (!dense && unit !== input) {
        continue;
      }
      const weight = dense ? weights.at(unit, input) : 1;
      group.append(
        svg('line', {
          x1: x(i - 1) + radius,
          y1: y(before, input),
          x2: x(i) - radius,
          y2: y(column, unit),
          class: (weight ?? 0) < 0 ? 'negative' : 'positive',
          'stroke-width': (0.6 + 2.6 * Math.min(1, Math.abs(weight ?? 0) / (largest || 1))).toFixed(2),
        }),
      );
    }
  }
  return group;
}

function units(
  reader: WalkReader,
  column: Column,
  at: number,
  selection: Selection,
  x: number,
  y: (unit: number) => number,
  height: number,
): SVGElement {
  const step = reader.steps[at];
  const active = step.phase.layer === column.layer || (step.phase.kind === 'loss' && column.layer === reader.last);
  const group = svg('g', { class: active ? `units active ${step.phase.kind}` : 'units' });
  const { values, symbol } = reached(reader, column, at);
  for (let unit = 0; unit < Math.min(unitsShown, column.size); unit++) {
    const value = values?.at(selection.sample, unit);
    const text = value === undefined ? '' : short(value);
    group.append(
      svg('circle', { cx: x, cy: y(unit), r: radius, class: active && unit === selection.unit ? 'chosen' : undefined }),
      svg('text', { x, y: y(unit), class: text.length > 4 ? 'value long' : 'value' }, text),
    );
  }
  if (column.size > unitsShown) {
    group.append(
      svg('text', { x, y: y(unitsShown - 1) + pitch * 0.75, class: 'more' }, `+ ${column.size - unitsShown}`),
    );
  }
  group.append(
    svg('text', { x, y: height - 8, class: 'name' }, `${shortName(column.name)}${values ? ` · ${symbol}` : ''}`),
  );
  group.append(svg('title', {}, column.name));
  return group;
}

/** The values of a column computed so far: activations on the way forward, errors on the way back. */
function reached(reader: WalkReader, column: Column, at: number): { values: Matrix | undefined; symbol: string } {
  if (column.layer < 0) {
    return { values: reader.tensor('input', 0), symbol: 'x' };
  }
  const a = (steps: readonly WalkStep[]) => {
    const step = steps.find(({ phase }) => phase.kind === 'forward' && phase.layer === column.layer);
    return { values: reader.tensor('a', undefined, step) ?? reader.tensor('z', undefined, step), symbol: 'a' };
  };
  if (reader.steps[at].stage === 'again') {
    return a(reader.walk.again);
  }
  const done = reader.steps.slice(0, at + 1);
  const error = done.find(({ stage, phase }) => stage === 'error' && (phase.layer ?? reader.last) === column.layer);
  if (error) {
    const values = reader.tensor('delta', undefined, error) ?? reader.tensor('dInput', undefined, error);
    return { values, symbol: 'δ' };
  }
  const isReached = done.some(({ stage, phase }) => stage === 'forward' && phase.layer === column.layer);
  return isReached ? a(reader.walk.steps) : { values: undefined, symbol: 'a' };
}

function isComingBack({ stage, phase }: LessonStep): boolean {
  return stage === 'error' && phase.kind === 'backward';
}

/** The arrow above the columns: the direction of computation. */
function flow(reader: WalkReader, step: LessonStep, columns: readonly Column[], x: (i: number) => number): SVGElement {
  const at = columns.findIndex(({ layer }) => layer === step.phase.layer);
  const i = at < 0 ? columns.length - 1 : at;
  const group = svg('g', { class: `flow ${step.phase.kind}` });
  if (step.phase.kind === 'loss' || step.stage === 'update' || step.stage === 'gradients') {
    const isFrozen = reader.layers[step.phase.layer ?? 0]?.isFrozen;
    const labels = {
      update: isFrozen ? 'W ← W' : 'W ← W − η·dW',
      gradients: 'dW = δ·x',
      forward: '',
      error: 'L(a, y)',
      again: 'L(a, y)',
    };
    const middle = step.phase.kind === 'loss' ? x(i) : (x(i - 1) + x(i)) / 2;
    group.append(svg('text', { x: middle, y: 16 }, labels[step.stage]));
    return group;
  }
  const [from, to] = isComingBack(step) ? [x(i + 1), x(i)] : [x(i - 1), x(i)];
  const tip = isComingBack(step) ? 8 : -8;
  group.append(
    svg('line', { x1: from, y1: 14, x2: to, y2: 14, class: 'shaft' }),
    svg('path', { d: `M${to} 14 l${tip} -5 v10 z` }),
  );
  return group;
}

function largestOf(matrix: Matrix): number {
  let largest = 0;
  for (let row = 0; row < matrix.shownRows; row++) {
    for (let column = 0; column < matrix.shownColumns; column++) {
      largest = Math.max(largest, Math.abs(matrix.at(row, column) ?? 0));
    }
  }
  return largest;
}

/** Formats a number to fit a circle: at most five characters. */
function short(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.01 || size >= 1000)) {
    return value.toExponential(0).replace('e+', 'e').replaceAll('-', '−');
  }
  return formatNumber(value, size < 0.1 ? 1 : 2);
}

function shortName(name: string): string {
  return name.length > 16 ? `${name.slice(0, 15)}…` : name;
}
