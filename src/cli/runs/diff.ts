/** `nnspec runs diff`: what differs between the specs and the headers of two runs. */
import { t } from '@vscode/l10n';
import { jsonLine } from '../../common/jsonLine';
import { printable } from '../../common/printable';
import { parseSpec } from '../../language';
import { headerObject, type RunHeader } from '../../runs/header';
import { runFile } from '../../runs/runWriter';
import { type Difference, differencesOf } from '../../spec/difference';
import type { CliIo } from '../io';
import { table } from '../report/format';
import type { ReadableRun } from './find';

/** Fields that differ between any two runs, or that the spec tells. */
const passedOver = ['id', 'created', 'name', 'epochs'];

export async function diffRuns(runs: readonly [ReadableRun, ReadableRun], json: boolean, io: CliIo): Promise<void> {
  const [first, second] = await Promise.all(runs.map(({ repository, id }) => repository.read(id)));
  const specs = differencesOfTexts(first.specText ?? '', second.specText ?? '');
  // The header tells a seed that the command line gave instead of the spec's.
  const all = [...specs, ...differencesOfHeaders(runs[0].header, runs[1].header)];
  const differences = [...new Map(all.map((each) => [each.where, each])).values()];
  if (json) {
    io.stdout.write(
      differences.map(({ where, first: a, second: b }) => jsonLine({ where, first: a, second: b })).join(''),
    );
    return;
  }
  io.stdout.write(
    differences.length === 0
      ? `${t('The runs do not differ.')}\n`
      : table([
          ['', ...runs.map(({ id }) => id)],
          ...differences.map(({ where, first: a, second: b }) => [where, a, b].map(printable)),
        ]),
  );
}

function differencesOfTexts(first: string, second: string): readonly Difference[] {
  const [a, b] = [first, second].map((text) => parseSpec(text, { fileName: '' }).spec);
  if (a && b) {
    return differencesOf(a, b);
  }
  // A spec that this version cannot read is compared as a text.
  return first === second ? [] : [{ where: runFile.spec, first: t('another text'), second: t('another text') }];
}

/** Field by field; in objects, such as the final values, value by value. */
function differencesOfHeaders(first: RunHeader, second: RunHeader): readonly Difference[] {
  const [a, b] = [first, second].map((header) => new Map(leavesOf(headerObject(header), [])));
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((where) => a.get(where) !== b.get(where))
    .map((where) => ({ where, first: a.get(where) ?? '–', second: b.get(where) ?? '–' }));
}

function leavesOf(value: unknown, path: readonly string[]): (readonly [where: string, value: string])[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && path.length < 4) {
    return Object.entries(value).flatMap(([key, each]) =>
      path.length === 0 && passedOver.includes(key) ? [] : leavesOf(each, [...path, key]),
    );
  }
  return value === undefined ? [] : [[path.join('.'), typeof value === 'string' ? value : JSON.stringify(value)]];
}
