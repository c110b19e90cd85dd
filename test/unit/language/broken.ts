/**
 * Broken specs with the report that a person should see: each file holds a spec, a line of “=====” and the
 * report.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '../../../src/data';
import type { DataProblem } from '../../../src/data/dataset';
import { checkSpec, dataFixes, mechanicalFix, parseSpec } from '../../../src/language/index';
import { targetKindOf } from '../../../src/spec/lossRules';
import type { Fix, Position } from '../../../src/spec/problem';

const folder = join('test', 'fixtures', 'language', 'broken');
const mark = '\n=====\n';

export interface BrokenSpec {
  readonly name: string;
  readonly text: string;
  /** Undefined where the file has none: then the test fails. */
  readonly expected?: string;
  readonly expectedKorean?: string;
}

export function brokenSpecs(): BrokenSpec[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return names.map((name) => {
    const [text, expected, expectedKorean] = readFileSync(join(folder, name), 'utf8').split(mark);
    return { name: name.slice(0, -4), text, expected: expected?.trimEnd(), expectedKorean: expectedKorean?.trimEnd() };
  });
}

/**
 * Everything that the editor shows of a spec: place, severity, code and token, then the message and the quick
 * fixes.
 */
export async function reportOf(text: string): Promise<string> {
  const parsed = parseSpec(text, { fileName: 'broken.nnspec' });
  const { spec, lines } = parsed;
  const loaded = spec && (await load(spec));
  const facts = loaded && 'facts' in loaded ? loaded.facts : undefined;
  const ofData = loaded && 'problems' in loaded ? loaded.problems : [];
  const inSpec = [...parsed.problems, ...ofData.filter(({ at }) => !at).map(placed), ...checkSpec(parsed, facts)];
  inSpec.sort((a, b) => order(a.range.start, b.range.start));
  const shown = inSpec.map((problem) => {
    const { start, end } = problem.range;
    const token = text.slice(lines.offsetAt(start), lines.offsetAt(end));
    const place = `${start.line + 1}:${start.character + 1}`;
    const head = `${place} ${problem.severity} ${problem.code} ‹${JSON.stringify(token).slice(1, -1)}›`;
    return [head, `  ${problem.message}`, ...(problem.fixes ?? []).map((fix) => fixLine(fix, mechanicalFix(problem)))];
  });
  const inFiles = ofData.flatMap(({ at, ...problem }) => {
    if (!at) {
      return [];
    }
    const head = `${at.file} ${at.line + 1}:${at.character + 1} error ${problem.code}`;
    return [[head, `  ${problem.message}`, ...dataFixes(problem, parsed).map((fix) => fixLine(fix, undefined))]];
  });
  return [...shown, ...inFiles].map((each) => each.join('\n')).join('\n');

  function placed(problem: DataProblem) {
    const { code, message, path } = problem;
    const range = parsed.locate(path) ?? lines.range([0, 0]);
    return { code, severity: 'error' as const, message, range, fixes: dataFixes(problem, parsed) };
  }
}

/** `*` marks what “fix all” does. */
function fixLine(fix: Fix, mechanical: Fix | undefined): string {
  return `  ${fix === mechanical ? '*' : '-'} ${fix.title}`;
}

function order(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}

function load(spec: NonNullable<ReturnType<typeof parseSpec>['spec']>) {
  const { data, training, layers, seed } = spec;
  const { name: loss } = training.loss;
  return loadDataset(
    { data, loss, targetKind: targetKindOf(loss, layers), seed },
    {
      read: async (path) => {
        const shipped = path === 'iris.csv' ? join('media', 'data', path) : join(folder, 'data', path);
        try {
          return readFileSync(shipped);
        } catch {
          throw new Error(`The file “${path}” does not exist. Check the path: it is relative to the spec.`);
        }
      },
      readShipped: async (name) => readFileSync(join('media', 'data', name)),
    },
  );
}

/** The Korean of all rooms, as the build merges it. */
export function koreanMessages(): Record<string, string> {
  const files = readdirSync('l10n').filter((name) => name.endsWith('.ko.json'));
  return Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(join('l10n', name), 'utf8'))));
}
