/** Fixes of YAML syntax are proven before they are offered: what a guess mends, it may break elsewhere. */
import { Composer, Parser } from 'yaml';
import type { Fix } from '../../spec/problem';
import { applyFixes } from '../fixes/fixAll';
import { composerOptions } from './scan';

/**
 * A file up to this length is read again for every fix, up to this many times; more would be felt while
 * typing.
 */
const longestProven = 20_000;
const mostProofs = 3;

/** Whether a fix leaves no syntax error in the text. */
export function mendingOf(text: string): (fix: Fix) => boolean {
  let proofs = 0;
  return (fix) => text.length <= longestProven && ++proofs <= mostProofs && isYaml(applyFixes(text, [fix]));
}

function isYaml(text: string): boolean {
  const tokens = new Parser().parse(text);
  const documents = [...new Composer(composerOptions).compose(tokens, true, text.length)];
  // Tags are reported one by one.
  return documents.every(({ errors, warnings }) =>
    [...errors, ...warnings].every(({ code }) => code === 'TAG_RESOLVE_FAILED'),
  );
}
