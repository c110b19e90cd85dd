/** The columns of a network in the metadata of a model, so that a spec can be made of it. */
import { isRecord } from '../../common/isRecord';
import { parseJson } from '../../common/parseJson';
import type { Thing } from '../../spec/spec';
import type { InputColumn, TargetColumns } from '../exportInput';

export interface OwnFacts {
  readonly inputs: readonly InputColumn[];
  readonly inputShape: readonly number[];
  readonly target: TargetColumns;
  readonly loss: Thing;
  /** The values between which the network is. */
  readonly from: string;
  readonly to: string;
}

const key = 'nnspec';

export function factsEntry(facts: OwnFacts): Readonly<Record<string, string>> {
  return { [key]: JSON.stringify(facts) };
}

/** Undefined in a model of others. Whoever uses the encodings checks them, as those of a weights file. */
export function factsIn(metadata: Readonly<Record<string, string>>): OwnFacts | undefined {
  const facts = metadata[key] === undefined ? undefined : parseJson(metadata[key]);
  const isOurs =
    isRecord(facts) &&
    Array.isArray(facts.inputs) &&
    facts.inputs.every((input) => isRecord(input) && typeof input.column === 'string') &&
    Array.isArray(facts.inputShape) &&
    facts.inputShape.every((length) => Number.isSafeInteger(length)) &&
    isRecord(facts.target) &&
    Array.isArray(facts.target.columns) &&
    facts.target.columns.every((column) => typeof column === 'string') &&
    isRecord(facts.loss) &&
    typeof facts.loss.name === 'string' &&
    isRecord(facts.loss.parameters) &&
    typeof facts.from === 'string' &&
    typeof facts.to === 'string';
  return isOurs ? (facts as unknown as OwnFacts) : undefined;
}
