/** Takes over into a new run what fits of a checkpoint, of a network and a training that may be others. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { flatLayers } from '../../spec/flatLayers';
import { layerKindOf } from '../../spec/layers';
import type { NetworkPlan, Shape } from '../../spec/plan';
import type { LayerSpec } from '../../spec/spec';
import type { FloatArray, ProgramState } from '../backend';
import type { HistoryState } from '../history';
import type { TrainerState } from '../run';
import type { Checked } from '../safetensors';
import { sizeOf } from '../shape';
import type { Trainer } from '../trainer';
import type { Checkpoint } from './checkpoint';
import { damaged } from './damaged';
import { findNonFiniteTensor, findStateMismatch } from './stateMismatch';
import { storedInOrder, type TensorTable, tensorTable } from './tensorTable';

export interface Fork {
  readonly state: TrainerState;
  /** Names of the tensors whose values are taken over, and of those that are drawn. */
  readonly kept: readonly string[];
  readonly anew: readonly string[];
  /** Whether the optimizer's memory, the steps and the epochs go on. */
  readonly goesOn: boolean;
}

/**
 * The state in which a trainer that has not begun goes on from a checkpoint. A tensor is taken over where
 * name and shape agree. Optimizer, steps and epochs go on where the optimizer is the same, all tensors are
 * taken over and the same ones are frozen; the epoch under way begins anew. A problem is a sentence for the
 * person.
 */
export function forkState({ run, state, tensors: table }: Checkpoint, trainer: Trainer): Checked<Fork> {
  const found = table && tensorsOf(table, state);
  if (!table || !found) {
    return damaged('tensors');
  }
  const { network, training } = trainer.plan;
  const own = trainer.snapshot();
  const wanted = storedInOrder(network);
  const taken = wanted.map(({ name, shape }) => {
    const tensor = found.get(name);
    return tensor?.shape.join() === shape.join() ? tensor : undefined;
  });
  const [kept, anew] = [true, false].map((isKept) =>
    wanted.filter((_, i) => (taken[i] !== undefined) === isKept).map(({ name }) => name),
  );
  if (kept.length === 0 && wanted.length > 0) {
    return {
      problem: t(
        'No tensor of the checkpoint fits the network: none has the name and the shape of one of it. Train anew, or fork another run.',
      ),
    };
  }
  const now = tensorTable(trainer.plan);
  const isSameOptimizer = table.optimizer === now.optimizer && table.memories.join() === now.memories.join();
  const goesOn =
    anew.length === 0 && isSameOptimizer && isSame(frozenBefore(run.spec.layers, table), frozenNow(network));
  const { length } = state.history;
  if (goesOn && length >= training.epochs) {
    return { problem: complete(length, training.epochs) };
  }
  const weights = taken.map((tensor, i) => tensor?.values ?? own.program.weights[i]);
  const program = goesOn
    ? {
        ...own.program,
        weights,
        optimizer: taken.slice(0, now.learned).flatMap((tensor) => tensor?.memory ?? []),
        step: state.program.step,
      }
    : { ...own.program, weights };
  const before = run.spec.training;
  const keepsRate =
    goesOn && isSame(before.optimizer, training.optimizer) && isSame(before.schedule, training.schedule);
  const forked: TrainerState = {
    ...own,
    program,
    ...(keepsRate && rateOf(state, program)),
    ...(goesOn && { epoch: length + 1, history: historyFor(state.history, trainer.epochTags) }),
  };
  const mismatch = findStateMismatch(forked, trainer);
  if (mismatch !== undefined) {
    return damaged(mismatch);
  }
  const broken = findNonFiniteTensor(forked, trainer);
  if (broken !== undefined) {
    return { problem: notFinite(broken) };
  }
  return { ok: { state: forked, kept, anew, goesOn } };
}

export function complete(epochs: number, wanted: number): string {
  return t(
    'The run of the checkpoint is complete: it has trained {0} of {1}. Raise the number of epochs to train on.',
    counted(epochs, t('{0} epoch', epochs), t('{0} epochs', epochs)),
    wanted,
  );
}

export function notFinite(tensor: string): string {
  return t(
    'Tensor “{0}” in the checkpoint holds numbers that are not finite: its run had diverged. Train anew, with a smaller learning rate.',
    tensor,
  );
}

interface Found {
  readonly shape: Shape;
  readonly values: FloatArray;
  readonly memory: readonly FloatArray[];
}

/** The tensors of a state by name, with the optimizer's memory; undefined where the table does not fit it. */
function tensorsOf(
  { tensors, learned, memories }: TensorTable,
  { program: { weights, optimizer } }: TrainerState,
): ReadonlyMap<string, Found> | undefined {
  const fits =
    weights.length === tensors.length &&
    optimizer.length === learned * memories.length &&
    tensors.every(({ shape }, i) => sizeOf(shape) === weights[i].length);
  return fits
    ? new Map(
        tensors.map(({ name, shape }, i) => {
          const memory = i < learned ? optimizer.slice(i * memories.length, (i + 1) * memories.length) : [];
          return [name, { shape, values: weights[i], memory }];
        }),
      )
    : undefined;
}

/** The tensors that no step has changed: the optimizer remembers nothing of them. */
function frozenBefore(layers: readonly LayerSpec[], { tensors, learned }: TensorTable): readonly string[] {
  const owners = new Set(
    flatLayers(layers).flatMap(({ layer, isFrozen }) => {
      const { name, activation } = layer;
      const ofActivation = layerKindOf(layer).isActivation ? name : `${name}.activation`;
      return isFrozen ? [name, ofActivation] : activation?.parameters.trainable === false ? [ofActivation] : [];
    }),
  );
  const names = tensors.slice(0, learned).map(({ name }) => name);
  return names.filter((name) => owners.has(name.slice(0, name.lastIndexOf('.'))));
}

function frozenNow({ layers }: NetworkPlan): readonly string[] {
  return layers.flatMap(({ tensors }) => tensors.filter(({ isFrozen }) => isFrozen).map(({ name }) => name));
}

/** The learning rate of a state, as the schedule has left it, or a person has set it. */
function rateOf({ program, rates }: TrainerState, forked: ProgramState): Pick<TrainerState, 'program' | 'rates'> {
  const { learningRate, momentum } = program;
  return { program: { ...forked, learningRate, momentum }, rates };
}

/** The values of the epochs before, under the tags of the new run. What was not measured then is NaN. */
function historyFor({ length, columns }: HistoryState, tags: readonly string[]): HistoryState {
  const known = new Map(columns);
  const missing = () => new Float64Array(length).fill(Number.NaN);
  const hasNone = length === 0 || !tags.some((tag) => known.has(tag));
  return { length, columns: hasNone ? [] : tags.map((tag) => [tag, known.get(tag) ?? missing()] as const) };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
