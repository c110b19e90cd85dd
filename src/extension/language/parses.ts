import type * as vscode from 'vscode';
import { type ParsedSpec, parseSteps } from '../../language';
import { fileNameOf } from '../files/names';

interface Parse {
  readonly version: number;
  readonly parsed: Promise<ParsedSpec>;
}

const parses = new WeakMap<vscode.TextDocument, Parse>();

/** Milliseconds of parsing at a stretch; between two stretches the host may do other work. */
const stretch = 10;

/**
 * A document as it stands, parsed once for all who ask. A long file is parsed in stretches; one that is edited meanwhile is
 * parsed as it then stands.
 */
export function parsedOf(document: vscode.TextDocument): Promise<ParsedSpec> {
  const { version } = document;
  const known = parses.get(document);
  if (known?.version === version) {
    return known.parsed;
  }
  const parsed = parse(document, version);
  parses.set(document, { version, parsed });
  return parsed;
}

async function parse(document: vscode.TextDocument, version: number): Promise<ParsedSpec> {
  const steps = parseSteps(document.getText(), { fileName: fileNameOf(document.uri) });
  let pause = performance.now() + stretch;
  for (;;) {
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
    if (performance.now() > pause) {
      await new Promise((done) => setTimeout(done, 0));
      if (document.version !== version) {
        return parsedOf(document);
      }
      pause = performance.now() + stretch;
    }
  }
}
