/**
 * Optimizers, with PyTorch's update rules in PyTorch's order of operations. The comments give the rule for
 * one weight w with the gradient g, the learning rate η and the step t, from 1. A weight decay λ changes the
 * gradient before the rule, g ← g + λ·w; in adamw and lion it changes the weight instead, w ← w − η·λ·w.
 */
import type { Thing } from '../spec';
import { adadelta, adagrad, rmsprop } from './adaptive';
import { gradientDescent, momentumDescent } from './descent';
import { adam, adamax, nadam, radam } from './moments';
import type { Optimizer } from './optimizer';
import { lion, rprop } from './signs';

export type { Optimizer, Updated } from './optimizer';

/**
 * The rule of an optimizer, on plain arrays. `movesMomentum`: a schedule sets the momentum, so the velocity
 * is needed even if the spec's momentum is 0.
 */
export function makeOptimizer({ name, parameters }: Thing, movesMomentum = false): Optimizer {
  const number = (key: string): number => parameters[key] as number;
  const decay = (parameters.weight_decay ?? 0) as number;
  const betas = () => ({ beta1: number('beta_1'), beta2: number('beta_2'), epsilon: number('epsilon') });
  const amsgrad = parameters.amsgrad === true;
  switch (name) {
    case 'sgd':
      return number('momentum') === 0 && !movesMomentum
        ? gradientDescent(decay)
        : momentumDescent(number('momentum'), number('dampening'), parameters.nesterov === true, decay);
    case 'adam':
      return adam({ ...betas(), amsgrad, decay, decoupled: false });
    case 'adamw':
      return adam({ ...betas(), amsgrad, decay, decoupled: true });
    case 'adamax':
      return adamax({ ...betas(), decay });
    case 'nadam':
      return nadam({ ...betas(), momentumDecay: number('momentum_decay'), decay });
    case 'radam':
      return radam({ ...betas(), decay });
    case 'rmsprop':
      return rmsprop({
        rho: number('rho'),
        epsilon: number('epsilon'),
        momentum: number('momentum'),
        centered: parameters.centered === true,
        decay,
        hasVelocity: number('momentum') > 0 || movesMomentum,
      });
    case 'adagrad':
      return adagrad(number('initial_accumulator_value'), number('epsilon'), decay);
    case 'adadelta':
      return adadelta(number('rho'), number('epsilon'), decay);
    case 'rprop':
      return rprop(number('eta_minus'), number('eta_plus'), number('step_min'), number('step_max'));
    case 'lion':
      return lion(number('beta_1'), number('beta_2'), decay);
    default:
      throw new Error(`No rule for the optimizer ${name}: check the spec before training.`);
  }
}
