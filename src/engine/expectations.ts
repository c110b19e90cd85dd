/** Checks a spec's expectations when a run has ended. */
import { assertNever } from '../common/assertNever';
import { type TagValues, valueOfTag } from '../common/tagValues';
import { higherIsBetter } from '../spec/catalogue/metrics';
import { holds } from '../spec/comparison';
import type { Comparison, Expectation, Part } from '../spec/spec';
import type { Backend } from './backend';
import { gradientCheck } from './gradientCheck';
import { deadUnits } from './health';
import type { Trainer } from './trainer';

export interface Judgement {
  readonly text: string;
  readonly ok: boolean;
  /** The value compared: the final one, or the best of the epochs up to `within`. NaN where there is none. */
  readonly value: number;
}

/** Whether the trainer must keep test values of every epoch for these expectations. */
export function needsTestEachEpoch(expectations: readonly Expectation[]): boolean {
  return expectations.some(({ tag, within }) => within !== undefined && tag.startsWith('test_'));
}

/** `final` holds the values of every part after the run, in evaluation mode. */
export function judge(
  expectations: readonly Expectation[],
  trainer: Trainer,
  backend: Backend,
  final: Readonly<Partial<Record<Part, TagValues>>>,
): readonly Judgement[] {
  return expectations.map(({ text, tag, comparison, value: bound, within }) => {
    const values =
      within === undefined || isStatic(tag)
        ? [finalValue(tag, trainer, backend, final)]
        : trainer.history.valuesOf(tag, within);
    const value = best(values, comparison, bound);
    return { text, ok: holds(value, comparison, bound), value };
  });
}

/** Whether the tag names a property of the finished network: epochs have no values of it. */
function isStatic(tag: string): boolean {
  return tag === 'gradient_check' || tag === 'dead_units' || tag === 'parameters';
}

function finalValue(
  tag: string,
  trainer: Trainer,
  backend: Backend,
  final: Readonly<Partial<Record<Part, TagValues>>>,
): number {
  if (tag === 'parameters') {
    return trainer.plan.network.parameterCount;
  }
  // Outputs that are NaN are below every threshold, so they would still have an accuracy. It means nothing.
  if (trainer.ended === 'diverged') {
    return Number.NaN;
  }
  switch (tag) {
    case 'dead_units':
      return deadUnits(trainer);
    case 'gradient_check':
      return gradientCheck(trainer, backend);
    default:
      return valueOfTag(tag, final) ?? Number.NaN;
  }
}

/**
 * Whether the final values are worse than an expectation has it. One that asks for a bad value
 * (`loss >= 0.69`), or that is about something else (`parameters`), says nothing of that. When a value was
 * reached does not matter.
 */
export function fallsShort(
  expectations: readonly Expectation[],
  final: Readonly<Partial<Record<Part, TagValues>>>,
): boolean {
  return expectations.some(({ tag, comparison, value: bound }) => {
    const value = valueOfTag(tag, final) ?? Number.NaN;
    const wanted = higherIsBetter(tag) ? value < bound : value > bound;
    return !isStatic(tag) && wanted && !holds(value, comparison, bound);
  });
}

/** The value that satisfies the comparison best. */
function best(values: Iterable<number>, comparison: Comparison, bound: number): number {
  let found = Number.NaN;
  for (const value of values) {
    if (Number.isNaN(found) || closer(value, found, comparison, bound)) {
      found = value;
    }
  }
  return found;
}

function closer(value: number, than: number, comparison: Comparison, bound: number): boolean {
  switch (comparison) {
    case '<':
    case '<=':
      return value < than;
    case '>':
    case '>=':
      return value > than;
    case '==':
      return Math.abs(value - bound) < Math.abs(than - bound);
    default:
      return assertNever(comparison);
  }
}
