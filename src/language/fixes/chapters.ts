/** Quick fixes for keys of a chapter that depend on each other. */
import type { Fix } from '../../spec/problem';
import type { Part } from '../../spec/spec';
import { hasKey } from '../yaml/tree';
import { asChoice, type SpecText } from './edits';
import { keyFix, setFix } from './entries';

/** Names for the columns of inline rows: `x1`, `x2`, …, and `y` for the last. */
export function columnsFix(source: SpecText, count: number): Fix[] {
  if (count < 2) {
    return [];
  }
  const names = Array.from({ length: count }, (_, i) => (i === count - 1 ? 'y' : `x${i + 1}`));
  return keyFix(source, ['data'], `columns: [${names.join(', ')}]`);
}

/** One fix for each share that can bring the sum to 1. */
export function splitFix(source: SpecText, shares: Readonly<Record<Part, number>>): Fix[] {
  const sum = shares.train + shares.validation + shares.test;
  const order: readonly Part[] = ['validation', 'train', 'test'];
  return asChoice(
    order.flatMap((part) => {
      const share = Number((1 - sum + shares[part]).toPrecision(12));
      return share > 0 && share <= 1 ? setFix(source, ['data', 'split'], part, String(share)) : [];
    }),
  );
}

/** Gives a part of the data a share of 0.2, taken from the train part. */
export function partFix(source: SpecText, part: Part, shares: Readonly<Record<Part, number>>): Fix[] {
  if (part === 'train' || !source.tree) {
    return [];
  }
  const rest = { ...shares, [part]: 0.2, train: Number((shares.train - 0.2).toPrecision(12)) };
  if (rest.train <= 0) {
    return [];
  }
  const written = [...(['train', 'validation', 'test'] as const)].filter((name) => rest[name] > 0);
  const split = `{ ${written.map((name) => `${name}: ${rest[name]}`).join(', ')} }`;
  return asChoice(setFix(source, ['data'], 'split', split));
}

/** Writes a loss where none could be inferred. */
export function lossFix(source: SpecText): Fix[] {
  const losses = ['mean_squared_error', 'binary_crossentropy', 'categorical_crossentropy'];
  return asChoice(losses.flatMap((loss) => setLossFix(source, loss)));
}

/** Writes this loss, in place of another one or where there is none. */
export function setLossFix(source: SpecText, loss: string): Fix[] {
  if (!source.tree) {
    return [];
  }
  return hasKey(source.tree, [], 'training')
    ? setFix(source, ['training'], 'loss', loss)
    : keyFix(source, [], `training: { loss: ${loss} }`);
}
