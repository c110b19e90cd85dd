import type { Fix } from '../../spec/problem';
import type { ParsedSpec } from '../reading/parse';
import { hasKey } from '../yaml/tree';
import { keyFix } from './entries';
import { parameterFix } from './layers';

/** Writes the learning rate, whether the text has one or not. None where the text has no room for it. */
export function learningRateFix(source: ParsedSpec, rate: number): Fix | undefined {
  const { spec, tree } = source;
  if (!spec || !tree) {
    return undefined;
  }
  const { name } = spec.training.optimizer;
  const [key, value] = ['learning_rate', String(rate)];
  const optimizer = `optimizer: { ${name}: { ${key}: ${value} } }`;
  if (!hasKey(tree, [], 'training')) {
    return keyFix(source, [], `training: { ${optimizer} }`)[0];
  }
  if (!hasKey(tree, ['training'], 'optimizer')) {
    return keyFix(source, ['training'], optimizer)[0];
  }
  return parameterFix(source, ['training', 'optimizer', name], 'optimizer', key, value)[0];
}
