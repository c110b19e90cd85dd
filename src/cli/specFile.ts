import { resolve } from 'node:path';
import { fileErrorText } from '../disk/fileErrors';
import { decodeSpec, type ParsedSpec, parseSpec } from '../language';
import type { Spec } from '../spec/spec';
import type { CliIo } from './io';
import { type FileProblem, fromSpecProblem, problemOfFile } from './problemOutput';

export type SpecFile =
  | {
      readonly parsed: ParsedSpec;
      readonly spec: Spec;
      readonly text: string;
      /** Its name in messages and checkpoints. */
      readonly fileName: string;
      readonly problems: readonly FileProblem[];
    }
  | { readonly spec?: undefined; readonly problems: readonly FileProblem[] };

/** Reads and parses a spec. Without `spec`, the problems contain an error. */
export async function readSpecFile(path: string, io: CliIo): Promise<SpecFile> {
  let bytes: Uint8Array;
  try {
    bytes = await io.files.read(resolve(io.cwd, path));
  } catch (error) {
    return { problems: [problemOfFile(path, 'file-unreadable', fileErrorText(path, error))] };
  }
  const decoded = decodeSpec(bytes);
  if ('problem' in decoded) {
    return { problems: [fromSpecProblem(path, decoded.problem)] };
  }
  return parseSpecFile(path, decoded.text, path);
}

/** Parses the text of a spec. Problems name the file at `path`; `fileName` replaces a missing `name`. */
export function parseSpecFile(path: string, text: string, fileName: string): SpecFile {
  const parsed = parseSpec(text, { fileName });
  const problems = parsed.problems.map((problem) => fromSpecProblem(path, problem));
  return parsed.spec ? { parsed, spec: parsed.spec, text, fileName, problems } : { problems };
}
