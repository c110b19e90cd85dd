/** The meanings of the letters in a typeset formula. */
import type { CatalogueEntry, Kind, Letters, Quantity } from './types';

/** A letter as it is printed, and its meaning. */
export type Meaning = { readonly symbol: string } & ({ readonly parameter: string } | { readonly quantity: Quantity });

const sigma: Letters = { '\\sigma': 'sigmoid' };
const halves: Letters = { a: 'firstHalf', b: 'secondHalf' };
const shrinkage: Letters = { '\\lambda': '.threshold' };
const deviation: Letters = { '\\mu': '.mean', '\\sigma': '.stddev' };

/** By kind: the letters that all its entries share, and those of single entries, which take precedence. */
const meanings: Readonly<Record<Kind, { readonly all: Letters; readonly [name: string]: Letters }>> = {
  activation: {
    all: { y: 'output', '\\delta_ij': 'kronecker', '\\Phi': 'distribution', '\\varphi': 'density' },
    log_sigmoid: sigma,
    silu: sigma,
    mish: sigma,
    softplus: sigma,
    leaky_relu: { s: '.negative_slope' },
    prelu: { s: 'learnedSlope', '\\eta': 'learningRate', L: 'loss' },
    rrelu: { s: 'drawnSlope', U: 'uniform', l: '.lower', u: '.upper' },
    threshold: { '\\theta': '.threshold', v: '.value' },
    sparsemax: { '\\tau': 'cut', S: 'support' },
    glu: { ...halves, ...sigma },
    swiglu: halves,
    geglu: halves,
    reglu: halves,
    hard_shrink: shrinkage,
    soft_shrink: shrinkage,
  },
  loss: {
    all: { o: 'output', t: 'target', p: 'probability', z: 'logit', K: 'outputs' },
    binary_crossentropy: sigma,
    negative_log_likelihood: { o: 'logProbability' },
    categorical_hinge: { 'k^*': 'largestWrong' },
    poisson: { p: 'output' },
    gaussian_nll: { '\\mu': 'meanOutput', '\\sigma': 'deviationOutput' },
    focal: { p_t: 'rightProbability' },
  },
  optimizer: {
    all: { w: 'weight', g: 'gradient', t: 'step', '\\eta': '.learning_rate', '\\lambda': '.weight_decay' },
    sgd: { '\\mu': '.momentum' },
    rprop: { s: 'ownStep', '\\eta_+': '.eta_plus', '\\eta_-': '.eta_minus' },
  },
  schedule: {
    all: { '\\eta_k': 'rateOfStep', '\\eta': 'optimizerRate', '\\eta_\\min': '.minimum', k: 'stepFromZero' },
  },
  initializer: {
    all: { w: 'weight', W: 'weights', U: 'uniform', N: 'normal', '\\fanin': 'fanIn', '\\fanout': 'fanOut' },
    orthogonal: { Q: 'orthonormal', I: 'identity' },
    random_normal: deviation,
    truncated_normal: deviation,
  },
  layer: {
    all: { x: 'input', y: 'output', W: 'weights', b: 'biases', a: '.activation' },
  },
  metric: {
    all: {
      o: 'output',
      t: 'target',
      N: 'samples',
      '\\TP': 'truePositives',
      '\\FP': 'falsePositives',
      '\\TN': 'trueNegatives',
      '\\FN': 'falseNegatives',
    },
    accuracy: { '\\hat y': 'answer' },
    top_k_accuracy: { o_t: 'rightOutput', k: '.k' },
    auc: { P: 'chance', 'o^+': 'positiveOutput', 'o^-': 'negativeOutput' },
    average_precision: { R: 'recallAtThreshold', P: 'precisionAtThreshold' },
    r2: { '\\bar t': 'meanTarget' },
  },
};

/**
 * The meanings of an entry's letters, in the order of the formula; without indices, constants and letters
 * that the formula defines itself.
 */
export function symbolsOf(entry: CatalogueEntry): readonly Meaning[] {
  const found = lettersOf(entry).flatMap((letter) => meaningOf(entry, letter) ?? []);
  return [...new Map(found.map((meaning) => [meaning.symbol, meaning])).values()];
}

/** The meaning of one of an entry's letters; undefined for one that needs no explanation. */
export function meaningOf({ kind, name, letters }: CatalogueEntry, letter: string): Meaning | undefined {
  const { all, [name]: own = letters ?? {} } = meanings[kind];
  const key = [letter, bare(letter)].find((each) => own[each] ?? all[each]);
  const meaning = key && (own[key] ?? all[key]);
  if (!key || !meaning) {
    return undefined;
  }
  const symbol = printed(key);
  return isParameter(meaning) ? { symbol, parameter: meaning.slice(1) } : { symbol, quantity: meaning };
}

function isParameter(meaning: Letters[string]): meaning is `.${string}` {
  return meaning.startsWith('.');
}

/**
 * The different letters of an entry's formulas, with their accent, index and sign: `\hat y`, `\eta_k`, `o^+`.
 */
export function lettersOf({ latex = '', latexDerivative = '', latexUpdate = '' }: CatalogueEntry): readonly string[] {
  const text = `${latex} ${latexDerivative} ${latexUpdate}`
    .replace(/\\mathit\{fan\}_\{\\mathit\{(in|out)\}\}/g, ' \\fan$1 ')
    .replace(/\\mathrm\{([TF][PN])\}/g, ' \\$1 ')
    .replace(/\\(?:text|operatorname|mathrm|begin|end)\{[a-z_ ]*\}|\\mathsf T/g, ' ');
  const letters = /((?:\\(?:hat|bar) )?(?:\\[a-zA-Z]+|[a-zA-Z]))(?:_(?:\{([^{}]*)\}|([a-zA-Z0-9+-])))?(\^[*+-])?/g;
  return [...new Set([...text.matchAll(letters)].flatMap(withIndex))];
}

/** The letter with its index. The letters of an index such as `t-1` follow on their own. */
function withIndex([, letter, list, single, sign = '']: RegExpMatchArray): readonly string[] {
  const index = list ?? single;
  if (index === undefined) {
    return [letter + sign];
  }
  return [`${letter}_${index}${sign}`, ...(/[+-]\w/.test(index) ? (index.match(/[a-z]/g) ?? []) : [])];
}

function bare(letter: string): string {
  return letter.replace(/[_^].*/, '');
}

const greek: Readonly<Record<string, string>> = {
  '\\beta': 'β',
  '\\delta': 'δ',
  '\\eta': 'η',
  '\\gamma': 'γ',
  '\\lambda': 'λ',
  '\\mu': 'μ',
  '\\Phi': 'Φ',
  '\\sigma': 'σ',
  '\\tau': 'τ',
  '\\theta': 'θ',
  '\\varphi': 'φ',
  '\\hat y': 'ŷ',
  '\\bar t': 't̄',
  '\\fanin': 'fan_in',
  '\\fanout': 'fan_out',
};

const signs: Readonly<Record<string, string>> = { '_+': '₊', '_-': '₋', '^+': '⁺', '^-': '⁻', '^*': '*' };

function printed(letter: string): string {
  const base = bare(letter);
  const rest = letter.slice(base.length);
  return (greek[base] ?? base.replace('\\', '')) + (signs[rest] ?? rest.replace('\\', ''));
}
