/** Checks fixes of YAML syntax before they are offered: a guess may break the file elsewhere. */
import type { Steps } from '../../common/steps';
import type { Fix } from '../../spec/problem';
import { applyFixes } from '../fixes/fixAll';
import { composeSteps, tokenSteps } from './compose';

/** Each check parses the whole file again. Longer files, or more checks, would be noticed while typing. */
const maxCheckedLength = 20_000;
const maxChecks = 3;

/** Those of the fixes that leave no syntax error in the text. They are made only if they can be checked. */
export type FixCheck = (make: () => readonly Fix[]) => Steps<Fix[]>;

export function makeFixCheck(text: string): FixCheck {
  let checks = 0;
  return function* (make) {
    const sound: Fix[] = [];
    if (text.length > maxCheckedLength || checks >= maxChecks) {
      return sound;
    }
    for (const fix of make()) {
      if (++checks <= maxChecks && (yield* isYaml(applyFixes(text, [fix])))) {
        sound.push(fix);
      }
    }
    return sound;
  };
}

function* isYaml(text: string): Steps<boolean> {
  const tokens = yield* tokenSteps(text);
  const documents = yield* composeSteps(tokens, text.length);
  // Other tags may remain: each is reported by itself.
  return documents.every(({ faults }) => faults.every(({ code }) => code === 'TAG_RESOLVE_FAILED'));
}
