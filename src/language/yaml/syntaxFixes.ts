/** Checks fixes of YAML syntax before they are offered: a guess may break the file elsewhere. */
import { Composer, Parser } from 'yaml';
import type { Fix } from '../../spec/problem';
import { applyFixes } from '../fixes/fixAll';
import { composerOptions } from './scan';

/** Each check parses the whole file again. Longer files, or more checks, would be noticed while typing. */
const maxCheckedLength = 20_000;
const maxChecks = 3;

/** Makes a function that tells whether a fix leaves no syntax error in the text. */
export function makeFixCheck(text: string): (fix: Fix) => boolean {
  let checks = 0;
  return (fix) => text.length <= maxCheckedLength && ++checks <= maxChecks && isYaml(applyFixes(text, [fix]));
}

function isYaml(text: string): boolean {
  const tokens = new Parser().parse(text);
  const documents = [...new Composer(composerOptions).compose(tokens, true, text.length)];
  // Other tags may remain: each is reported by itself.
  return documents.every(({ errors, warnings }) =>
    [...errors, ...warnings].every(({ code }) => code === 'TAG_RESOLVE_FAILED'),
  );
}
