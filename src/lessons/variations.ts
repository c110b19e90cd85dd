/** The runs of a block `compare`: those of a sweep over the spec of a cell. */
import { t } from '@vscode/l10n';
import { checkSpec, type ParsedSpec, parseSpec, type Span, type Sweep, sweepOf } from '../language';
import type { Problem } from '../spec/problem';
import type { Variation } from './blocks/references';

/** More curves on one axis cannot be told apart. */
const mostRuns = 12;

export interface VariationProblem {
  readonly code: 'conflict' | 'unknown-key';
  /** Place in the file. */
  readonly span: Span;
  readonly message: string;
}

/** The sweep of a cell's spec over these values, or why there is none. */
export function sweepOver(
  { text, tree }: ParsedSpec,
  fileName: string,
  vary: readonly Variation[],
): { readonly sweep: Sweep } | { readonly problems: readonly VariationProblem[] } {
  const indent = tree?.kind === 'map' ? columnOf(text, tree.entries[0]?.keySpan[0] ?? 0) : '';
  const start = `${text.trimEnd()}\n${indent}sweep:\n${indent}  values:\n`;
  const lines = vary.map((variation) => lineOf(variation, `${indent}    `));
  const parsed = parseSpec(start + lines.map(({ line }) => line).join('\n'), { fileName });
  const found = parsed.spec ? checkSpec(parsed) : parsed.problems;
  const first = start.split('\n').length - 1;
  const problems = found
    .filter(({ severity }) => severity === 'error')
    .map(({ message, range }: Problem): VariationProblem => {
      const { places } = lines[range.start.line - first] ?? lines[0];
      const place = places.findLast(({ column }) => column <= range.start.character) ?? places[0];
      return { code: place === places[0] ? 'unknown-key' : 'conflict', span: place.span, message };
    });
  const sweep = sweepOf(parsed, fileName);
  if (problems.length > 0 || !sweep) {
    return { problems };
  }
  if (sweep.count > mostRuns) {
    const message = t('These are {0} runs, and a comparison has at most {1}.', sweep.count, mostRuns);
    return { problems: [{ code: 'conflict', span: vary[0].span, message }] };
  }
  return { sweep };
}

/** The spaces before the keys of a spec. */
function columnOf(text: string, offset: number): string {
  return ' '.repeat(offset - (Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1));
}

/** A line of the sweep, and where its key and values come from. */
function lineOf({ path, span, values }: Variation, indent: string) {
  let line = `${indent}${JSON.stringify(path)}: [`;
  const places = [{ column: 0, span }];
  for (const { value, span } of values) {
    places.push({ column: line.length, span });
    line += `${JSON.stringify(value)}, `;
  }
  return { line: `${line}]`, places };
}
