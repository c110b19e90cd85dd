/** The values that blocks give to what is expected of them, and to questions. */
import type { TagValues } from '../common/tagValues';
import { valueOfTag } from '../common/tagValues';
import { holds } from '../spec/comparison';
import type { DepthReport, TruthTable } from '../spec/measurements';
import type { Expectation } from '../spec/spec';

const compared = ['sigmoid', 'tanh', 'relu'] as const;

/**
 * `sigmoid` and so on: the norm of the first layer's gradient over that of the last layer's, before training.
 * `sigmoid_loss`: the loss after training.
 */
export const gradientValues: readonly string[] = compared.flatMap((name) => [name, `${name}_loss`]);

/** `learned`: tables that the unit has learned. The others: right answers to that table, of four. */
export const tableValues: readonly string[] = ['learned', 'and', 'or', 'nand', 'nor', 'xor', 'xnor'];

/** The outputs to 00, 01, 10 and 11 of the tables that have names. */
const namedTables: Readonly<Record<string, string>> = {
  and: '0001',
  or: '0111',
  nand: '1110',
  nor: '1000',
  xor: '0110',
  xnor: '1001',
};

export function gradientValuesOf({ runs }: DepthReport): TagValues {
  return runs.flatMap(({ activation, before, lossAfter }): [string, number][] => [
    [activation, before[0] / before[before.length - 1]],
    [`${activation}_loss`, lossAfter],
  ]);
}

export function tableValuesOf(tables: readonly TruthTable[]): TagValues {
  const right = tables.map(({ outputs, answers }) => outputs.filter((output, i) => output === answers[i]).length);
  const of = (wanted: string) => right[tables.findIndex(({ outputs }) => outputs.join('') === wanted)];
  return [
    ['learned', right.filter((count) => count === 4).length],
    ...Object.entries(namedTables).map(([name, outputs]): [string, number] => [name, of(outputs)]),
  ];
}

/** A run of a comparison as its values count it. */
export interface ComparedRun {
  readonly diverged: boolean;
  readonly final: Parameters<typeof valueOfTag>[1];
}

/** `loss_2`: the final loss of the second run. `diverged_2`: 1 if it has diverged. */
export function comparedValuesOf(runs: readonly ComparedRun[]): TagValues {
  return runs.flatMap(({ diverged, final = {} }, index): [string, number][] => {
    const tags = (['train', 'validation', 'test'] as const).flatMap((part) =>
      (final[part] ?? []).map(([tag]) => (part === 'train' ? tag : `${part === 'test' ? 'test' : 'val'}_${tag}`)),
    );
    const values = tags.map((tag): [string, number] => [
      `${tag}_${index + 1}`,
      (diverged ? undefined : valueOfTag(tag, final)) ?? Number.NaN,
    ]);
    return [...values, [`diverged_${index + 1}`, diverged ? 1 : 0]];
  });
}

export interface JudgedValue {
  readonly text: string;
  readonly ok: boolean;
  /** NaN where there is none. */
  readonly value: number;
}

export function judgeValues(expect: readonly Expectation[], values: TagValues): readonly JudgedValue[] {
  return expect.map(({ text, tag, comparison, value: bound }) => {
    const value = values.find(([name]) => name === tag)?.[1] ?? Number.NaN;
    return { text, ok: holds(value, comparison, bound), value };
  });
}
