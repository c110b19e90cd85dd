import { resolve } from 'node:path';
import { decodeSpec, type ParsedSpec, parseSteps } from '../language';
import { inChunks } from '../server/inChunks';
import type { Spec } from '../spec/spec';
import { fileErrorText } from './fileErrors';
import type { CliIo } from './io';
import { type FileProblem, fromSpecProblem, problemOfFile } from './problemOutput';

export type SpecFile =
  | {
      readonly parsed: ParsedSpec;
      readonly spec: Spec;
      readonly text: string;
      /** What messages and checkpoints call it. */
      readonly fileName: string;
      readonly problems: readonly FileProblem[];
    }
  | { readonly spec?: undefined; readonly problems: readonly FileProblem[] };

/** Reads and parses a spec; without `spec` there is an error among the problems. */
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
  return parseSpecFile(path, decoded.text, path, io);
}

/** A spec's text that stands in the file at `path`; `fileName` is what it is called where it does not name itself. */
export async function parseSpecFile(path: string, text: string, fileName: string, io: CliIo): Promise<SpecFile> {
  const parsed = await inChunks(parseSteps(text, { fileName }), io);
  const problems = parsed.problems.map((problem) => fromSpecProblem(path, problem));
  return parsed.spec ? { parsed, spec: parsed.spec, text, fileName, problems } : { problems };
}
