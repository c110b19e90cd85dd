/**
 * Custom activation formulas: parsed, differentiated symbolically, checked numerically, never run as code.
 */
import { t } from '@vscode/l10n';
import { differentiate } from './derivative';
import { compile, compileSingle, compileWith, type Expression, hasX, partsOf, type Span } from './expression';
import { type FormulaProblem, parseFormula } from './parse';
import { printFormula } from './print';

export type { FormulaProblem } from './parse';

/** A formula ready for use. */
export interface Formula {
  f(x: number): number;
  df(x: number): number;
  /** f and f′ as trees; parts that both share are one object. */
  readonly tree: Expression;
  readonly slope: Expression;
  /** The derivative as text. */
  readonly derivative: string;
  /** The formula is a straight line: its derivative is one number, and nothing jumps. */
  readonly isLinear: boolean;
  /** The kinks and jumps of f and f′ between -20 and 20. */
  kinks(): readonly number[];
  /** A whole number that changes at every kink. */
  side(x: number): number;
  /** Says that f or f′ is not finite at 0, where every network starts. */
  readonly faultAtZero: FormulaProblem | undefined;
  /** A place between -5 and 5, or 0 and 5, other than 0, where f or f′ is not finite in float32. */
  gap(inputs?: FormulaInputs): FormulaGap | undefined;
}

interface Gap {
  readonly at: Span;
  readonly x: number;
}

export type FormulaGap = FormulaProblem & Gap;

/** The numbers that a formula may be given. */
export type FormulaInputs = 'any' | 'positive';

const cache = new Map<string, Formula | { readonly problem: FormulaProblem }>();
const cacheSize = 64;

/** Reads a formula; returns a problem if it cannot be used as an activation. */
export function readFormula(text: string): Formula | { readonly problem: FormulaProblem } {
  const known = cache.get(text);
  if (known) {
    return known;
  }
  if (cache.size >= cacheSize) {
    cache.clear();
  }
  const made = make(text);
  cache.set(text, made);
  return made;
}

/** As `readFormula`, for a formula that was checked before. */
export function formulaOf(text: string): Formula {
  if (latest?.text === text) {
    return latest.formula;
  }
  const formula = readFormula(text);
  if ('problem' in formula) {
    throw new Error(
      `The formula ${text} cannot be used (${formula.problem.message}): check the spec before compiling it.`,
    );
  }
  latest = { text, formula };
  return formula;
}

/** Cached, since a network asks for one formula many times in a row. */
let latest: { readonly text: string; readonly formula: Formula } | undefined;

function gapOf(text: string, tree: Expression, slope: Expression, inputs: FormulaInputs): FormulaGap | undefined {
  const gap = gapAmongTenths(text, tree, slope, inputs) ?? poleOf(tree, inputs);
  if (!gap) {
    return undefined;
  }
  const part = text.slice(...gap.at);
  return { ...gap, message: t('“{0}” gives no finite number at x = {1}, so training may diverge.', part, gap.x) };
}

function gapAmongTenths(text: string, tree: Expression, slope: Expression, inputs: FormulaInputs): Gap | undefined {
  const [f, df] = [tree, slope].map(compileSingle);
  for (let i = 1; i <= 50; i++) {
    for (const x of inputs === 'any' ? [i / 10, -i / 10] : [i / 10]) {
      if (Number.isFinite(f(x)) && Number.isFinite(df(x))) {
        continue;
      }
      return { at: faultOf(tree, x) ?? faultOf(slope, x) ?? [0, text.length], x };
    }
  }
  return undefined;
}

/** A quotient above this is taken to be at a pole. */
const besidePole = 1e9;
/**
 * A divisor touches 0, within the precision of float64, if its minimum is below this share of its size at the
 * nearest points of the grid.
 */
const touching = 1e-12;
/** A distance over which a slope becomes visible. */
const aside = 1e-6;

/** The first place where a divisor crosses 0 between two points of the grid, or touches it. */
function poleOf(node: Expression, inputs: FormulaInputs): Gap | undefined {
  for (const part of partsOf(node)) {
    const inner = poleOf(part, inputs);
    if (inner) {
      return inner;
    }
  }
  const divisor = divisorOf(node);
  if (!divisor) {
    return undefined;
  }
  const [under, value] = [divisor, node].map(compile);
  for (let i = 0; i < 50; i++) {
    for (const tenth of inputs === 'any' ? [i, -i - 1] : [i]) {
      const [from, to] = [tenth / 10, (tenth + 1) / 10];
      const x = under(from) > 0 === under(to) > 0 ? touch(under, from, to) : crossing(under, from, to);
      // A divisor that jumps over 0 has no zero.
      if (x !== undefined && (inputs === 'any' || x > aside) && !(Math.abs(value(x)) < besidePole)) {
        return { at: node.at, x: Number(x.toPrecision(4)) };
      }
    }
  }
  return undefined;
}

/**
 * The zero of a divisor that keeps its sign there, such as an even power; undefined where it has none.
 */
function touch(under: (x: number) => number, from: number, to: number): number | undefined {
  const size = (x: number): number => Math.abs(under(x));
  const [first, last] = [size(from), size(to)];
  // Most divisors rise or fall over the whole interval.
  if (!(size(from + aside) < first && size(to - aside) < last)) {
    return undefined;
  }
  let [low, high] = [from, to];
  for (let i = 0; i < 100; i++) {
    const third = (high - low) / 3;
    if (size(low + third) > size(high - third)) {
      low += third;
    } else {
      high -= third;
    }
  }
  return size(low) <= touching * Math.max(first, last) ? low : undefined;
}

/** The part of an expression that must not become 0: its divisor, or the base of its negative power. */
function divisorOf(node: Expression): Expression | undefined {
  if (node.kind !== 'binary') {
    return undefined;
  }
  const { operator, left, right } = node;
  if (operator === '/') {
    return hasX(right) ? right : undefined;
  }
  const isNegativePower = operator === '^' && !hasX(right) && compile(right)(0) < 0;
  return isNegativePower && hasX(left) ? left : undefined;
}

/**
 * The largest relative difference between the derivative and central differences over -5..5, except at kinks.
 */
export function derivativeError({ f, df, kinks }: Formula): number {
  const h = 1e-5;
  const excluded = kinks();
  let worst = 0;
  for (let i = 0; i <= 100; i++) {
    const x = -5 + i / 10 + 0.0137;
    if (excluded.some((kink) => Math.abs(kink - x) < 4 * h)) {
      continue;
    }
    const numeric = (f(x + h) - f(x - h)) / (2 * h);
    const error = Math.abs(df(x) - numeric) / Math.max(1, Math.abs(df(x)), Math.abs(f(x)));
    if (!Number.isNaN(error)) {
      worst = Math.max(worst, error);
    }
  }
  return worst;
}

function make(text: string): Formula | { readonly problem: FormulaProblem } {
  const parsed = parseFormula(text);
  if ('problem' in parsed) {
    return parsed;
  }
  const tree = parsed.ok;
  const derivative = differentiate(tree);
  const slope = computable(tree, derivative);
  const { count, differences } = kinkTestsOf(tree);
  let kinks: readonly number[] | undefined;
  const gaps = new Map<FormulaInputs, FormulaGap | undefined>();
  return {
    f: compile(tree),
    df: compile(slope),
    tree,
    slope,
    derivative: printFormula(derivative),
    isLinear: !hasX(slope) && !jumps(tree),
    kinks: () => {
      kinks ??= kinksOf(count, differences);
      return kinks;
    },
    // Combined like the hash of a text, so that two changes of sign never cancel each other.
    side: (x) => differences(x).reduce((sides, difference) => Math.imul(sides, 31) + Number(difference > 0), 0) | 0,
    faultAtZero: faultAtZero(text, tree, slope),
    gap(inputs = 'any') {
      if (!gaps.has(inputs)) {
        gaps.set(inputs, gapOf(text, tree, slope, inputs));
      }
      return gaps.get(inputs);
    },
  };
}

/** Distances from 0 for estimating a limit. */
const approach = [1e-4, 1e-8, 1e-12, 1e-16];

/** f′; its bounded form if f′ has no value at 0 but that form has, and the value is the limit. */
function computable(tree: Expression, derivative: Expression): Expression {
  if (!faultOf(derivative, 0)) {
    return derivative;
  }
  const bounded = differentiate(tree, true);
  return !faultOf(bounded, 0) && isContinuous(tree, bounded) ? bounded : derivative;
}

/**
 * Whether a slope converges to its value at 0 from each side on which the function is defined, at least as
 * fast as a power of x: 1/log(x) is too slow.
 */
function isContinuous(tree: Expression, slope: Expression): boolean {
  const [f, df] = [tree, slope].map(compile);
  const sides = [1, -1].filter((side) => approach.every((x) => Number.isFinite(f(side * x))));
  const tiny = 1e-6 * Math.max(1, Math.abs(df(0)));
  return (
    sides.length > 0 &&
    sides.every((side) => {
      let last = Number.POSITIVE_INFINITY;
      return approach.every((x) => {
        const gap = Math.abs(df(side * x) - df(0));
        const nearer = gap <= Math.max(0.8 * last, tiny);
        last = gap;
        return nearer;
      });
    })
  );
}

function faultAtZero(text: string, tree: Expression, derivative: Expression): FormulaProblem | undefined {
  const value = faultOf(tree, 0);
  if (value) {
    return {
      message: t('“{0}” gives no finite number at x = 0, where every network starts.', text.slice(...value)),
      at: value,
    };
  }
  const slope = faultOf(derivative, 0);
  if (!slope) {
    return undefined;
  }
  const message = t(
    'The derivative of “{0}” is infinite at x = 0: one unit there would make every weight infinite. Add a small number inside it, or use another function.',
    text.slice(...slope),
  );
  return { message, at: slope };
}

/** Whether an expression may jump. Its derivative does not show that, since it is 0 on both sides. */
function jumps(node: Expression): boolean {
  return (
    (node.kind === 'call' && (node.name === 'sign' || node.name === 'step') && hasX(node)) || partsOf(node).some(jumps)
  );
}

/** The innermost part that is not finite in float32 at x although all of its own parts are. */
function faultOf(node: Expression, x: number): Span | undefined {
  if (Number.isFinite(compileSingle(node)(x))) {
    return undefined;
  }
  for (const part of partsOf(node)) {
    const inner = faultOf(part, x);
    if (inner) {
      return inner;
    }
  }
  return node.at;
}

/** No plot shows more kinks than these. */
const mostKinks = 200;

function kinksOf(count: number, differences: Differences): readonly number[] {
  const found = new Set<number>();
  let before = [...differences(-20.005)];
  for (let i = 0; i <= 4000 && found.size < mostKinks; i++) {
    const x = -19.995 + i / 100;
    const after = [...differences(x)];
    for (let test = 0; test < count; test++) {
      if (before[test] > 0 !== after[test] > 0) {
        found.add(crossing((at) => differences(at)[test], x - 0.01, x));
      }
    }
    before = after;
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * Values that change their sign where the formula may have a kink or a jump: the arguments of abs, relu, sign
 * and step, and the differences of the two sides of min and max. The next call overwrites the result.
 */
type Differences = (x: number) => readonly number[];

/** One evaluation of the formula gives all values, so that nested calls cost no more than others. */
function kinkTestsOf(tree: Expression): { readonly count: number; readonly differences: Differences } {
  const values: number[] = [];
  const recording = (node: Expression): ((x: number) => number) => {
    if (node.kind !== 'call' || !(node.of.length > 1 || ['abs', 'relu', 'sign', 'step'].includes(node.name))) {
      return compileWith(node, recording);
    }
    const sides = [0, 0];
    let side = 0;
    const value = compileWith(node, (part) => {
      const index = side++;
      const compiled = recording(part);
      return (x) => {
        sides[index] = compiled(x);
        return sides[index];
      };
    });
    const test = values.push(0) - 1;
    return (x) => {
      const result = value(x);
      values[test] = sides[0] - sides[1];
      return result;
    };
  };
  const evaluate = recording(tree);
  const differences: Differences = (x) => {
    evaluate(x);
    return values;
  };
  return { count: values.length, differences };
}

/** The place between `from` and `to` where a function changes its sign, by bisection. */
function crossing(difference: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const positive = difference(low) > 0;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (difference(middle) > 0 === positive) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return Math.abs(high) < 1e-12 ? 0 : Number(high.toPrecision(12));
}
