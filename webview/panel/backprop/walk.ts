/** Reads a walk: its steps as the lesson's four stages, and its tensors as matrices. */
import type { LayerInfo, TensorView, Walk, WalkStep } from '../../../src/protocol/engine';

/** The lesson's four stages, and the beginning of the next round. */
export const stages = ['forward', 'error', 'gradients', 'update', 'again'] as const;
export type Stage = (typeof stages)[number];

/** A step as the lesson has it. The backward phase of a hidden layer is two: its error, its gradients. */
export interface LessonStep extends WalkStep {
  readonly stage: Stage;
}

/** First the error goes back through all layers, then the gradients of each layer follow from it. */
function lessonSteps({ steps, again }: Walk): readonly LessonStep[] {
  const of = (kind: WalkStep['phase']['kind']) => steps.filter(({ phase }) => phase.kind === kind);
  const backward = of('backward');
  const staged: readonly (readonly [Stage, readonly WalkStep[]])[] = [
    ['forward', of('forward')],
    ['error', [...of('loss'), ...backward.slice(1).map((step, i) => errorOf(step, backward[i]))]],
    ['gradients', backward.map(gradientsOf).filter(({ tensors }) => Object.keys(tensors).some(isGradient))],
    ['update', of('update')],
    ['again', again.slice(-1)],
  ];
  return staged.flatMap(([stage, ofStage]) => ofStage.map((step) => ({ ...step, stage })));
}

/** A layer's error, with the weights and the error of the next layer, from which it comes. */
function errorOf({ phase, tensors }: WalkStep, { tensors: next }: WalkStep): WalkStep {
  const { z, a, delta, dInput } = tensors;
  const own = delta ? { z, a, delta } : { dInput };
  const roles = { nextW: next.W, nextDelta: next.delta, arriving: next.dInput, ...own };
  return { phase, tensors: present(roles) };
}

function gradientsOf({ phase, tensors }: WalkStep): WalkStep {
  const gradients = Object.entries(tensors).filter(([role]) => isGradient(role));
  return {
    phase,
    tensors: { ...present({ input: tensors.input, delta: tensors.delta }), ...Object.fromEntries(gradients) },
  };
}

function present(roles: Readonly<Record<string, TensorView | undefined>>): WalkStep['tensors'] {
  return Object.fromEntries(Object.entries(roles).flatMap(([role, view]) => (view ? [[role, view]] : [])));
}

/** `dW` and the like; `delta` and `dInput` are errors. */
function isGradient(role: string): boolean {
  return /^d(?!elta$|Input$)/.test(role);
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
  readonly steps: readonly LessonStep[];
  readonly layers: readonly LayerInfo[];
  readonly lossName: string;

  constructor(walk: Walk, layers: readonly LayerInfo[], lossName: string) {
    this.walk = walk;
    this.steps = lessonSteps(walk);
    this.layers = layers;
    this.lossName = lossName;
  }

  at(stage: Stage, layer?: number): LessonStep | undefined {
    return this.steps.find((step) => step.stage === stage && (layer === undefined || step.phase.layer === layer));
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
