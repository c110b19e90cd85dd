/** `nnspec runs list` and `show`. */
import { relative } from 'node:path';
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { jsonLine } from '../../common/jsonLine';
import { printable } from '../../common/printable';
import { describeInherited } from '../../common/startingPoint';
import { verdictLines } from '../../common/verdict/words';
import { headerObject, type RunHeader } from '../../runs/header';
import type { KeptRun } from '../../runs/readRun';
import type { KeptState } from '../../runs/record';
import type { CliIo } from '../io';
import { duration, short, table } from '../report/format';
import type { FoundRun, ReadableRun } from './find';

type Io = Pick<CliIo, 'stdout' | 'stderr' | 'cwd'>;

/** Columns of a note in a list. */
const noteLength = 40;

export function listRuns(runs: readonly FoundRun[], json: boolean, io: Io): void {
  if (json) {
    io.stdout.write(runs.map((run) => jsonLine(objectOf(run, io))).join(''));
    return;
  }
  if (runs.length === 0) {
    io.stdout.write(`${t('No runs are kept here. Keep one: {0}', 'nnspec train FILE.nnspec --keep')}\n`);
    return;
  }
  const head = [t('run'), t('state'), t('epochs'), t('best'), t('time'), t('spec')];
  io.stdout.write(table([head, ...runs.map((run) => rowOf(run, io))]));
}

export function showRun(run: ReadableRun, kept: KeptRun, json: boolean, io: Io): void {
  if (json) {
    io.stdout.write(jsonLine(objectOf(run, io)));
    return;
  }
  const { header } = run;
  const {
    name,
    created,
    state,
    seed,
    parameters,
    engine,
    data_hash,
    overrides,
    seconds,
    expect = [],
    verdict,
    note,
    tags,
    parent,
  } = header;
  const changes = kept.record.interventions;
  const rows: readonly (readonly [label: string, value: string | undefined])[] = [
    [t('name'), name],
    [t('spec'), specOf(run, io)],
    [t('created'), created],
    [t('state'), stateText(state)],
    [t('epochs'), epochsText(header)],
    [t('best'), bestText(header)],
    [t('time'), seconds === undefined ? undefined : duration(seconds)],
    [t('seed'), seed?.toString()],
    [t('parameters'), parameters?.toString()],
    [t('engine'), engine && [engine.version, engine.backend, engine.threads].filter(Boolean).join(', ')],
    [t('data'), data_hash],
    [t('command line'), overrides && JSON.stringify(overrides)],
    [t('changes while it trained'), changes > 0 ? changes.toString() : undefined],
    [t('forked from'), parent && `${parent.id}, ${parent.step}`],
    [t('from the checkpoint'), parent?.inherited && describeInherited(parent.inherited)],
    [t('starred'), header.starred ? '★' : undefined],
    [t('note'), note],
    [t('tags'), tags?.join(', ')],
  ];
  const known = rows.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`]));
  io.stdout.write(`${run.id}\n${known.map((line) => `  ${printable(line)}\n`).join('')}`);
  const finals = Object.entries(header.final ?? {});
  io.stdout.write(finals.map(([part, values]) => `  ${printable(`${part}: ${valuesText(values)}`)}\n`).join(''));
  io.stdout.write(
    expect.map(({ text, ok, value }) => `  ${ok ? '✓' : '✗'} ${printable(text)}  (${short(value)})\n`).join(''),
  );
  const said = verdict ? verdictLines(verdict, short) : [];
  io.stdout.write(said.map((line) => `  ${printable(line)}\n`).join(''));
  if (kept.damagedLines > 0) {
    io.stderr.write(`${t('Lines of the log that cannot be read: {0}', kept.damagedLines)}\n`);
  }
}

/** The header and the folder that holds the spec; of a damaged run its id and the reason. */
function objectOf(run: FoundRun, { cwd }: Io): object {
  const folder = relative(cwd, run.folder) || '.';
  return 'header' in run ? { ...headerObject(run.header), folder } : { id: run.id, problem: run.problem, folder };
}

function rowOf(run: FoundRun, io: Io): readonly string[] {
  if ('problem' in run) {
    return [run.id, run.problem === 'newer' ? t('of a newer version') : t('damaged')];
  }
  const { header } = run;
  const { seconds, starred, note = '' } = header;
  const remark = [...(starred ? ['★'] : []), ...(note === '' ? [] : [note.slice(0, noteLength)])].join(' ');
  return [
    run.id,
    stateText(header.state),
    epochsText(header) ?? '',
    bestText(header) ?? '',
    seconds === undefined ? '' : duration(seconds),
    printable(specOf(run, io)),
    ...(remark === '' ? [] : [printable(remark)]),
  ];
}

function specOf({ folder, header }: ReadableRun, { cwd }: Pick<Io, 'cwd'>): string {
  const place = relative(cwd, folder);
  return place === '' ? header.spec : `${place}/${header.spec}`;
}

function epochsText({ epoch = 0, epochs }: RunHeader): string | undefined {
  return epochs === undefined ? String(epoch) : `${epoch}/${epochs}`;
}

function bestText({ best }: RunHeader): string | undefined {
  return best && `${printable(best.tag)} ${short(best.value)}`;
}

function valuesText(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([tag, value]) => `${tag} ${typeof value === 'number' ? short(value) : JSON.stringify(value)}`)
    .join('  ');
}

export function stateText(state: KeptState): string {
  switch (state) {
    case 'running':
      return t('running');
    case 'completed':
      return t('completed');
    case 'stopped':
      return t('stopped');
    case 'early_stopping':
      return t('stopped early');
    case 'diverged':
      return t('diverged');
    case 'failed':
      return t('failed');
    case 'interrupted':
      return t('interrupted');
    default:
      return assertNever(state);
  }
}
