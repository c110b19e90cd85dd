import type { TagValues } from '../common/tagValues';
import { type Part, parts } from '../spec/spec';
import type { Trainer } from './trainer';

/** Values of every part that is not empty, in evaluation mode at the current weights. */
export function evaluateAll(trainer: Trainer): Readonly<Partial<Record<Part, TagValues>>> {
  const values: Partial<Record<Part, TagValues>> = {};
  for (const part of parts) {
    const found = trainer.evaluate(part);
    if (found) {
      values[part] = found;
    }
  }
  return values;
}
