/**
 * Generated data sets. A row's draws depend on the seed and its index alone: a larger sample begins with the
 * smaller one.
 */
import { t } from '@vscode/l10n';
import { cos, sin } from '../common/math';
import { normal, purposes, uniform } from '../common/random';
import type { GeneratorSource } from '../spec/sources';
import type { Thing } from '../spec/spec';
import type { Table } from './table';

/** Writes row `i` into `row`: inputs, then y, with noise. */
type RowMaker = (row: Float64Array, i: number) => void;

interface Draws {
  /** In [0, 1); `which` numbers the draws of a row. */
  uniform(which: number, i: number): number;
  /** Standard normal. */
  normal(which: number, i: number): number;
  readonly noise: number;
  readonly classes: number;
}

const truthTable = (outputs: readonly number[]) => (): RowMaker => (row, i) => {
  row[0] = i >> 1;
  row[1] = i & 1;
  row[2] = outputs[i];
};

/** Adds noise to a point of the plane and writes it with its class. */
function put(row: Float64Array, draws: Draws, i: number, x1: number, x2: number, y: number): void {
  row[0] = x1 + draws.noise * draws.normal(0, i);
  row[1] = x2 + draws.noise * draws.normal(1, i);
  row[2] = y;
}

const tau = 2 * Math.PI;

/** Classes alternate row by row, so that every range of rows has equal shares of them. */
const makers: Readonly<Record<string, (draws: Draws) => RowMaker>> = {
  and: truthTable([0, 0, 0, 1]),
  or: truthTable([0, 1, 1, 1]),
  xor: truthTable([0, 1, 1, 0]),
  /** Rings around the origin, the outermost of radius 1. */
  circles: (draws) => (row, i) => {
    const y = i % draws.classes;
    const radius = (y + 1) / draws.classes;
    const angle = tau * draws.uniform(0, i);
    put(row, draws, i, radius * cos(angle), radius * sin(angle), y);
  },
  /** Two interleaved half circles of radius 1. */
  moons: (draws) => (row, i) => {
    const y = i % 2;
    const angle = Math.PI * draws.uniform(0, i);
    if (y === 0) {
      put(row, draws, i, cos(angle), sin(angle), y);
    } else {
      put(row, draws, i, 1 - cos(angle), 0.5 - sin(angle), y);
    }
  },
  /**
   * Normal distributions with centres spread evenly over the unit circle; `noise` is their standard
   * deviation.
   */
  gaussians: (draws) => (row, i) => {
    const y = i % draws.classes;
    const angle = (tau * y) / draws.classes;
    put(row, draws, i, cos(angle), sin(angle), y);
  },
  /** One arm a class, from radius 0.2 to 3 in one and a half turns. */
  spiral: (draws) => (row, i) => {
    const y = i % draws.classes;
    const along = draws.uniform(0, i);
    const radius = 0.2 + 2.8 * along;
    const angle = tau * (1.5 * along + y / draws.classes);
    put(row, draws, i, radius * cos(angle), radius * sin(angle), y);
  },
  /** Four by four unit squares around the origin, of alternating class. */
  checkerboard: (draws) => (row, i) => {
    const x1 = 4 * draws.uniform(0, i) - 2;
    const x2 = 4 * draws.uniform(1, i) - 2;
    put(row, draws, i, x1, x2, Math.abs(Math.floor(x1) + Math.floor(x2)) % 2);
  },
  /** y = sin x over one period around 0. */
  sine: (draws) => (row, i) => {
    row[0] = tau * draws.uniform(0, i) - Math.PI;
    row[1] = sin(row[0]) + draws.noise * draws.normal(0, i);
  },
  /** y = 0.7 x1 − 0.4 x2 + 0.2 over the square from −1 to 1. */
  plane: (draws) => (row, i) => {
    row[0] = 2 * draws.uniform(0, i) - 1;
    row[1] = 2 * draws.uniform(1, i) - 1;
    row[2] = 0.7 * row[0] - 0.4 * row[1] + 0.2 + draws.noise * draws.normal(0, i);
  },
};

/** The parameter's value or default; `fallback` if the source has no such parameter. */
function parameter(source: GeneratorSource, thing: Thing, name: string, fallback: number): number {
  const value = thing.parameters[name] ?? source.parameters.find((entry) => entry.name === name)?.default;
  return typeof value === 'number' ? value : fallback;
}

/** Offset of the normal draws' stream from that of the uniform draws. */
const normalStream = 16;

export function generateRows(source: GeneratorSource, thing: Thing, seed: number): Table {
  const rows = source.truthTable ? 4 : parameter(source, thing, 'samples', 4);
  const make = makers[source.name]({
    uniform: (which, i) => uniform(seed, purposes.generate, which, i),
    normal: (which, i) => normal(seed, purposes.generate, normalStream + which, i),
    noise: parameter(source, thing, 'noise', 0),
    classes: parameter(source, thing, 'classes', 2),
  });
  const columns = source.columns.map((name) => ({
    name,
    type: 'number' as const,
    values: new Float64Array(rows),
    bad: [],
  }));
  const row = new Float64Array(columns.length);
  for (let i = 0; i < rows; i++) {
    make(row, i);
    for (let column = 0; column < columns.length; column++) {
      columns[column].values[i] = row[column];
    }
  }
  return {
    columns,
    rows,
    place: (at, column) => ({
      path: ['data', 'source'],
      words: t('Row {0}, column “{1}”', at + 1, columns[column].name),
    }),
  };
}
