/**
 * Optimizers as code for four weights at once, with the update rules of `spec/optimizers` in float32. In the
 * comments w is a weight, g its gradient, η the learning rate, λ the weight decay, t the step from 1. Decay
 * comes first: g ← g + λ w, but decoupled, w ← w − η λ w, in adamw and lion.
 */
import type { Thing } from '../../../spec/spec';
import { adadelta, adagrad, rmsprop } from './adaptive';
import { gradientDescent, momentumDescent } from './descent';
import type { OptimizerKernel } from './kernel';
import { adam, adamax, nadam, radam } from './moments';
import { lion, rprop } from './signs';

/** `movesMomentum`: whether a schedule sets `control.momentum`; otherwise it is not read. */
export function makeOptimizerKernel({ name, parameters }: Thing, movesMomentum: boolean): OptimizerKernel {
  const number = (key: string): number => parameters[key] as number;
  const decay = (parameters.weight_decay ?? 0) as number;
  const beta = () => ({ beta1: number('beta_1'), moves: movesMomentum, beta2: number('beta_2'), decay });
  const betas = () => ({ ...beta(), epsilon: number('epsilon') });
  const momentum = () => ({ momentum: number('momentum'), moves: movesMomentum, decay });
  const amsgrad = parameters.amsgrad === true;
  switch (name) {
    case 'sgd':
      return number('momentum') === 0 && !movesMomentum
        ? gradientDescent(decay)
        : momentumDescent({
            ...momentum(),
            dampening: (parameters.dampening ?? 0) as number,
            nesterov: parameters.nesterov === true,
          });
    case 'adam':
      return adam({ ...betas(), amsgrad, decoupled: false });
    case 'adamw':
      return adam({ ...betas(), amsgrad, decoupled: true });
    case 'adamax':
      return adamax(betas());
    case 'nadam':
      return nadam({ ...betas(), momentumDecay: number('momentum_decay') });
    case 'radam':
      return radam(betas());
    case 'rmsprop':
      return rmsprop({
        ...momentum(),
        rho: number('rho'),
        epsilon: number('epsilon'),
        centered: parameters.centered === true,
      });
    case 'adagrad':
      return adagrad(number('initial_accumulator_value'), number('epsilon'), decay);
    case 'adadelta':
      return adadelta(number('rho'), number('epsilon'), decay);
    case 'rprop':
      return rprop({
        shrink: number('eta_minus'),
        grow: number('eta_plus'),
        smallest: number('step_min'),
        largest: number('step_max'),
      });
    case 'lion':
      return lion(beta());
    default:
      throw new Error(`The wasm backend has no optimizer ${name}: check the spec before compiling it.`);
  }
}
