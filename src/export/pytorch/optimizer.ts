/** Optimizers in PyTorch: the call that makes one, from the catalogue's own names. */
import { t } from '@vscode/l10n';
import { find } from '../../spec/catalogue';
import { libraryNamesOf } from '../../spec/catalogue/libraryNames';
import type { Thing, TrainingSpec } from '../../spec/spec';
import { numberLiteral, tupleOf } from '../python/source';

export interface TorchOptimizer {
  /** A class of the script's own, where PyTorch has none. */
  readonly source?: string;
  /** `torch.optim.SGD({}, lr=0.5)` with `{}` for the parameters. */
  readonly made: string;
  /** A schedule that moves the momentum sets this: `momentum`, or the first of `betas`. */
  readonly momentum?: 'momentum' | 'betas';
}

export function torchOptimizer({ optimizer }: TrainingSpec, movesMomentum: boolean): TorchOptimizer {
  const entry = find('optimizer', optimizer.name);
  const call = /^torch\.optim\.(\w+)/.exec(entry?.pytorch ?? '')?.[0];
  const { parameters } = optimizer;
  if (!entry || call === undefined) {
    return { source: lionSource(), made: `Lion({}, ${lionArguments(optimizer)})`, momentum: 'betas' };
  }
  const plain = new Map<string, string>();
  const pairs = new Map<string, string[]>();
  for (const { name, default: usual } of entry.parameters) {
    const { pytorch } = libraryNamesOf(entry, name);
    const value = parameters[name];
    const literal = typeof value === 'number' ? numberLiteral(value) : value === true ? 'True' : 'False';
    const [, list, index] = /^(\w+)\[(\d)\]$/.exec(pytorch ?? '') ?? [];
    if (list !== undefined) {
      const pair = pairs.get(list) ?? [];
      pair[Number(index)] = literal;
      pairs.set(list, pair);
    } else if (pytorch !== undefined && (value !== usual || name === 'learning_rate' || hasOtherDefault(pytorch))) {
      plain.set(pytorch, literal);
    }
  }
  if (movesMomentum && parameters.momentum === 0) {
    plain.set('momentum', '0.95');
  }
  const lists = [...pairs].map(([list, values]) => `, ${list}=${tupleOf(values)}`);
  const rest = [...plain].map(([name, value]) => `${name}=${value}`).join(', ');
  const momentum = 'momentum' in parameters ? 'momentum' : 'beta_1' in parameters ? 'betas' : undefined;
  return { made: `${call}({}, ${rest}${lists.join('')})`, ...(momentum && { momentum }) };
}

/** PyTorch's own default may differ from the catalogue's, or between its versions. */
function hasOtherDefault(name: string): boolean {
  return ['eps', 'alpha', 'rho'].includes(name);
}

function lionArguments({ parameters }: Thing): string {
  const [rate, beta1, beta2, decay] = ['learning_rate', 'beta_1', 'beta_2', 'weight_decay'].map((name) =>
    numberLiteral(parameters[name] as number),
  );
  return `lr=${rate}, betas=(${beta1}, ${beta2}), weight_decay=${decay}`;
}

function lionSource(): string {
  return `class Lion(torch.optim.Optimizer):
    """${t('Moves every weight by the learning rate, against the sign of a running mean of gradients.')}"""

    def __init__(self, parameters, lr, betas, weight_decay):
        super().__init__(parameters, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta_1, beta_2 = group["betas"]
            for w in group["params"]:
                m = self.state[w].setdefault("mean", torch.zeros_like(w))
                w.mul_(1 - group["lr"] * group["weight_decay"])
                w.sub_(group["lr"] * torch.sign(beta_1 * m + (1 - beta_1) * w.grad))
                m.mul_(beta_2).add_((1 - beta_2) * w.grad)
`;
}
