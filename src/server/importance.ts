/**
 * Permutation importance: a network that relies on a column does worse once the cells of that column belong
 * to other rows.
 */
// Not from the engine's index: the command line reads weights without loading all of the engine.
import type { Program } from '../engine/backend';
import { Evaluation } from '../engine/evaluation';
import { findMetric } from '../spec/catalogue/metrics';
import type { Importance, Spread } from '../spec/measurements';
import type { TrainingPlan } from '../spec/plan';
import type { Thing } from '../spec/spec';

/** A column of the table, and how many of the network's inputs it is. */
export interface InputColumn {
  readonly name: string;
  readonly width: number;
}

export interface ImportanceRequest {
  /** Holds the rows of the table, and gets them back. */
  readonly program: Program;
  readonly plan: TrainingPlan;
  readonly metric: Thing;
  /** In the order of the inputs. */
  readonly columns: readonly InputColumn[];
  /** The rows to measure on. */
  readonly rows: Int32Array;
  readonly maxBatch: number;
  readonly repeats: number;
  /** From which of `rows` each of them gets its cells, for a column and a repeat. */
  order(column: number, repeat: number): ArrayLike<number>;
}

export function permutationImportance(request: ImportanceRequest): Importance {
  const { program, plan, metric, columns, rows, maxBatch, repeats } = request;
  const measured = { ...plan, training: { ...plan.training, metrics: [metric] } };
  const evaluation = new Evaluation(measured, program.data, rows, maxBatch);
  const scores = () => {
    evaluation.reset();
    evaluation.run(program, () => true);
    return (evaluation.values() ?? []).map(([, value]) => value);
  };
  const [loss, metricValue] = scores();
  const metricBetter = findMetric(metric.name)?.better ?? 'lower';
  const worse = (value: number) => (metricBetter === 'higher' ? metricValue - value : value - metricValue);
  let first = 0;
  const importances = columns.map(({ name, width }, column) => {
    const block = new ColumnBlock(program, rows, first, width);
    first += width;
    const permuted = Array.from({ length: repeats }, (_, repeat) => {
      block.write(request.order(column, repeat));
      return scores();
    });
    block.write(rows.map((_, at) => at));
    return {
      column: name,
      loss: spreadOf(permuted.map(([value]) => value - loss)),
      metric: spreadOf(permuted.map(([, value]) => worse(value))),
    };
  });
  return {
    rows: rows.length,
    repeats,
    metric: metric.name,
    metricBetter,
    columns: importances.sort((a, b) => b.loss.mean - a.loss.mean),
  };
}

/** The inputs that one column of the table has become. */
class ColumnBlock {
  readonly #inputs: Program['data']['inputs'];
  readonly #size: number;
  readonly #rows: Int32Array;
  readonly #first: number;
  readonly #width: number;
  readonly #own: Float64Array;

  constructor({ data }: Program, rows: Int32Array, first: number, width: number) {
    this.#inputs = data.inputs;
    this.#size = data.inputs.length / data.samples;
    this.#rows = rows;
    this.#first = first;
    this.#width = width;
    this.#own = new Float64Array(rows.length * width);
    for (let at = 0; at < rows.length; at++) {
      for (let k = 0; k < width; k++) {
        this.#own[at * width + k] = this.#inputs[rows[at] * this.#size + first + k];
      }
    }
  }

  /** Gives each row the cells that the row at this place of `rows` had. */
  write(order: ArrayLike<number>): void {
    const width = this.#width;
    for (let at = 0; at < this.#rows.length; at++) {
      for (let k = 0; k < width; k++) {
        this.#inputs[this.#rows[at] * this.#size + this.#first + k] = this.#own[order[at] * width + k];
      }
    }
  }
}

function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
