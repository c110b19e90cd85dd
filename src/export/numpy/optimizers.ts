/** Optimizers in NumPy: lines that change w[name] by its gradient g; `memory` keeps what they remember. */
import type { Thing } from '../../spec/spec';
import { numberLiteral } from '../python/source';

/** `rate` is the learning rate; steps count from 1. Or names what the format does not have. */
export function updateLines(
  { name, parameters }: Thing,
  rate: string,
): readonly string[] | { readonly missing: string } {
  const number = (key: string) => numberLiteral(parameters[key] as number);
  const decay = (parameters.weight_decay ?? 0) as number;
  const withDecay = decay > 0 && name !== 'adamw' ? [`g = g + ${decay} * w[name]`] : [];
  const remembered = (key: string, initial = '0.0') => `memory.get((name, "${key}"), ${initial})`;
  switch (name) {
    case 'sgd': {
      if (parameters.momentum === 0) {
        return [...withDecay, `w[name] -= ${rate} * g`];
      }
      const momentum = number('momentum');
      const share = parameters.dampening === 0 ? 'g' : `(g if step == 1 else (1 - ${number('dampening')}) * g)`;
      return [
        ...withDecay,
        `v = memory[name, "v"] = ${momentum} * ${remembered('v')} + ${share}`,
        `w[name] -= ${rate} * ${parameters.nesterov === true ? `(g + ${momentum} * v)` : 'v'}`,
      ];
    }
    case 'adam':
    case 'adamw': {
      if (parameters.amsgrad === true) {
        return { missing: 'amsgrad' };
      }
      const [beta1, beta2] = [number('beta_1'), number('beta_2')];
      return [
        ...withDecay,
        ...(name === 'adamw' && decay > 0 ? [`w[name] *= 1 - ${rate} * ${decay}`] : []),
        `m = memory[name, "m"] = ${beta1} * ${remembered('m')} + (1 - ${beta1}) * g`,
        `v = memory[name, "v"] = ${beta2} * ${remembered('v')} + (1 - ${beta2}) * g**2`,
        `m, v = m / (1 - ${beta1}**step), v / (1 - ${beta2}**step)`,
        `w[name] -= ${rate} * m / (np.sqrt(v) + ${number('epsilon')})`,
      ];
    }
    case 'rmsprop':
      return parameters.momentum === 0 && parameters.centered !== true
        ? [
            ...withDecay,
            `s = memory[name, "s"] = ${number('rho')} * ${remembered('s')} + (1 - ${number('rho')}) * g**2`,
            `w[name] -= ${rate} * g / (np.sqrt(s) + ${number('epsilon')})`,
          ]
        : { missing: parameters.centered === true ? 'centered' : 'rmsprop with momentum' };
    case 'adagrad':
      return [
        ...withDecay,
        `s = memory[name, "s"] = ${remembered('s', number('initial_accumulator_value'))} + g**2`,
        `w[name] -= ${rate} * g / (np.sqrt(s) + ${number('epsilon')})`,
      ];
    default:
      return { missing: name };
  }
}
