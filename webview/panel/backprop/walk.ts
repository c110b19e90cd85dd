/** Reads a walk: its steps as the lesson's four stages, and its tensors as matrices. */
import type { LayerInfo, TensorView, Walk, WalkStep } from '../../../src/protocol/engine';

/** The lesson's four stages. */
export const stages = ['forward', 'error', 'gradients', 'update'] as const;
export type Stage = (typeof stages)[number];

export function stageOf(step: WalkStep): Stage {
  const names = { forward: 'forward', loss: 'error', backward: 'gradients', update: 'update' } as const;
  return names[step.phase.kind];
}

/** A tensor as a matrix: `[samples, features]` or `[units, inputs]`; a vector is one row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Size of the corner whose values were received: the whole matrix if the tensor is small. */
  readonly shownRows: number;
  readonly shownColumns: number;
  /** `undefined` outside the corner. */
  at(row: number, column: number): number | undefined;
}

export function matrixOf(view: TensorView): Matrix {
  const rank = view.shape.length;
  const rows = rank < 2 ? 1 : view.shape[0];
  const columns = rank === 0 ? 1 : rank === 1 ? view.shape[0] : view.shape.slice(1).reduce((a, b) => a * b, 1);
  const shownRows = view.shown.length < 2 ? Math.min(1, rows) : Math.min(rows, view.shown[0]);
  const shownColumns = shownRows === 0 ? 0 : Math.min(columns, Math.floor(view.values.length / shownRows));
  return {
    rows,
    columns,
    shownRows,
    shownColumns,
    at: (row, column) =>
      row >= 0 && row < shownRows && column >= 0 && column < shownColumns
        ? view.values[row * shownColumns + column]
        : undefined,
  };
}

/** The unit, input and sample whose numbers are shown, each counted from 0. */
export interface Selection {
  readonly unit: number;
  readonly input: number;
  readonly sample: number;
}

/** A walk with look-ups for pictures and sentences. */
export class WalkReader {
  readonly walk: Walk;
  readonly layers: readonly LayerInfo[];
  readonly lossName: string;

  constructor(walk: Walk, layers: readonly LayerInfo[], lossName: string) {
    this.walk = walk;
    this.layers = layers;
    this.lossName = lossName;
  }

  step(kind: WalkStep['phase']['kind'], layer?: number): WalkStep | undefined {
    return this.walk.steps.find(
      (step) => step.phase.kind === kind && (layer === undefined || step.phase.layer === layer),
    );
  }

  /** A tensor of a layer from this step, or else from the layer's first step that has it. */
  tensor(role: string, layer: number | undefined, at?: WalkStep): Matrix | undefined {
    const view = this.view(role, layer, at);
    return view && matrixOf(view);
  }

  view(role: string, layer: number | undefined, at?: WalkStep): TensorView | undefined {
    if (at?.tensors[role]) {
      return at.tensors[role];
    }
    if (layer === undefined) {
      return undefined;
    }
    for (const kind of ['forward', 'backward', 'update'] as const) {
      const found = this.step(kind, layer)?.tensors[role];
      if (found) {
        return found;
      }
    }
    return undefined;
  }

  /** The channel of a unit: in `[C, H, W]`, H·W units share one; in `[n]`, each unit is a channel. */
  channelOf(layer: number, unit: number): number {
    const shape = this.layers[layer]?.shape ?? [];
    return Math.floor(unit / shape.slice(1).reduce((a, b) => a * b, 1));
  }

  /** The next layer, from which the error comes back; `undefined` for the last. */
  next(layer: number): number | undefined {
    return layer + 1 < this.layers.length ? layer + 1 : undefined;
  }

  get last(): number {
    return this.layers.length - 1;
  }

  isOutput(layer: number): boolean {
    return layer === this.last;
  }

  /** The activation of a layer; `linear` if it has none. */
  activation(layer: number | undefined): string {
    return layer === undefined ? 'linear' : (this.layers[layer]?.activation?.name ?? 'linear');
  }
}
