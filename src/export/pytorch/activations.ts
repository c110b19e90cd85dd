/** Activations as PyTorch expressions of x. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import lines from '../../spec/catalogue/pytorch.json';
import { formulaOf } from '../../spec/formula';
import { type Expression, hasX } from '../../spec/formula/expression';
import type { Thing } from '../../spec/spec';
import { numberLiteral } from '../python/source';

/** Functions of a script that an expression calls. */
export type TorchHelper = 'drop' | 'dropKeepingMoments' | 'noise' | 'random_slope' | 'sparsemax' | 'gated' | 'constant';

/** Where the expression of an activation takes what is not its parameter. */
interface Places {
  /** The learned slope: `self.dense_1_slope`. */
  readonly slope: string;
  /** Arguments that say which random numbers are drawn: `step, 3, start`. */
  readonly draws: string;
}

/** `use` is told the helpers that the expression calls. */
export function activationSource(
  { name, parameters }: Thing,
  places: Places,
  use: (helper: TorchHelper) => void,
): string {
  if (name === 'custom') {
    const { tree } = formulaOf(parameters.formula as string);
    const source = formulaSource(tree, use);
    return hasX(tree) ? source : `${source} + 0 * x`;
  }
  const table: Readonly<Record<string, string>> = lines.activation;
  const line = table[name];
  if (line === undefined) {
    throw new Error(`PyTorch's table has no activation ${name}: add it to pytorch.json.`);
  }
  for (const helper of ['random_slope', 'sparsemax', 'gated'] as const) {
    if (line.startsWith(`${helper}(`)) {
      use(helper);
    }
  }
  return line.replace(/\{(\w+)\}/g, (_, key: string) => {
    if (key === 'slope' || key === 'draws') {
      return places[key];
    }
    const value = parameters[key];
    return typeof value === 'number' ? numberLiteral(value) : String(value);
  });
}

/** A custom formula, with brackets around every part. */
function formulaSource(node: Expression, use: (helper: TorchHelper) => void): string {
  const part = (each: Expression) => formulaSource(each, use);
  switch (node.kind) {
    case 'number':
      return numberLiteral(node.value);
    case 'x':
      return 'x';
    case 'negate':
      return `(-${part(node.of)})`;
    case 'binary':
      return `(${part(node.left)} ${node.operator === '^' ? '**' : node.operator} ${part(node.right)})`;
    case 'call': {
      const names: Readonly<Record<string, string>> = {
        relu: 'F.relu',
        softplus: 'F.softplus',
        min: 'torch.minimum',
        max: 'torch.maximum',
      };
      if (node.name === 'step') {
        return `((${part(node.of[0])} > 0) + 0 * x)`;
      }
      // PyTorch's functions take no plain numbers.
      const tensor = (each: Expression) => {
        if (hasX(each)) {
          return part(each);
        }
        use('constant');
        return `constant(x, ${part(each)})`;
      };
      return `${names[node.name] ?? `torch.${node.name}`}(${node.of.map(tensor).join(', ')})`;
    }
    case 'choose':
      return `torch.where(${part(node.left)} > ${part(node.right)}, ${part(node.above)}, ${part(node.below)})`;
    default:
      return assertNever(node);
  }
}

/** The definitions of the helpers that are used; purposes are those of `common/random`. */
export const helperSources: Readonly<Record<TorchHelper, () => string>> = {
  drop: () => `def dropout(x, rate, step, layer, start):
    """${t('Sets numbers to 0 at random and makes the others larger, so that the mean stays.')}"""
    draws = uniform(4, step, layer * 2**32 + start * x[0].numel() + np.arange(x.numel())).reshape(x.shape)
    return x * torch.as_tensor((draws >= rate) / (1 - rate), dtype=x.dtype, device=x.device)
`,
  dropKeepingMoments: () => `def alpha_dropout(x, rate, step, layer, start):
    """${t('Dropout that keeps the mean and the variance that selu aims at.')}"""
    low = -1.7580993408473766
    draws = uniform(4, step, layer * 2**32 + start * x[0].numel() + np.arange(x.numel())).reshape(x.shape)
    keep = torch.as_tensor(draws >= rate, device=x.device)
    gain = ((1 - rate) * (1 + rate * low * low)) ** -0.5
    return gain * torch.where(keep, x, torch.full_like(x, low)) - gain * rate * low
`,
  noise: () => `def noise(x, stddev, step, layer, start):
    """${t('Adds normal noise to every number.')}"""
    draws = normal(5, step, layer * 2**32 + start * x[0].numel() + np.arange(x.numel())).reshape(x.shape)
    return x + torch.as_tensor(stddev * draws, dtype=x.dtype, device=x.device)
`,
  random_slope: () => `def random_slope(x, lower, upper, training, step, layer, start):
    """${t('A rectifier whose slope below 0 is drawn for each number in training, else the mean slope.')}"""
    slope = (lower + upper) / 2
    if training:
        draws = uniform(7, step, layer * 2**32 + start * x[0].numel() + np.arange(x.numel())).reshape(x.shape)
        slope = torch.as_tensor(lower + (upper - lower) * draws, dtype=x.dtype, device=x.device)
    return torch.where(x > 0, x, slope * x)
`,
  sparsemax: () => `def sparsemax(x):
    """${t('The nearest point whose numbers are not negative and sum to 1 (Martins and Astudillo, 2016).')}"""
    ranked = x.sort(dim=1, descending=True).values
    count = torch.arange(1, x.shape[1] + 1, device=x.device).reshape(-1, *[1] * (x.dim() - 2))
    threshold = ((ranked.cumsum(dim=1) - 1) / count).amax(dim=1, keepdim=True)
    return F.relu(x - threshold)
`,
  gated: () => `def gated(x, gate):
    """${t('One half of the features, multiplied by a function of the other half.')}"""
    a, b = x.chunk(2, dim=1)
    return a * gate(b)
`,
  constant: () => `def constant(x, value):
    return torch.tensor(value, dtype=x.dtype, device=x.device)
`,
};
