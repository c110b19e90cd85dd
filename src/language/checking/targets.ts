import { findSource } from '../../spec/sources';
import type { Spec } from '../../spec/spec';

/** Names of the target columns: those in the file, or those of the built-in set. */
export function targetsOf({ data }: Spec): readonly string[] {
  if (data.target) {
    return data.target;
  }
  return data.origin.kind === 'source' ? (findSource(data.origin.source.name)?.target ?? []) : [];
}
