/** Requests about tables, from hosts that do not read large ones themselves. */
import { t } from '@vscode/l10n';
import { longestShownCsv } from '../common/limits';
import { inPieces } from '../common/pieces';
import { loadFacts, loadTable, requestOf } from '../data';
import { asDataBytes, type DataBytes } from '../data/bytes';
import { findCell } from '../data/cellPlaces';
import type { DataProblem } from '../data/dataset';
import { largestFile } from '../data/delimited';
import type { DataFiles } from '../data/files';
import { unpacked } from '../data/gunzip';
import { profileForNewSpec, profileTable } from '../data/profile';
import { TableView } from '../data/view/tableView';
import type { DataRefused, EngineRequests, PredictOptions } from '../protocol/engine';
import { FailureError, type Handlers } from '../protocol/rpc';
import { notPredicted } from '../spec/evaluationTexts';
import { fromDataProblem } from './dataProblemMessage';
import { evaluateTable } from './evaluateTable';
import { type ModelTable, openModelTable } from './modelTable';
import { predictionsCsv, predictTable, specTextOf } from './predictTable';

type TableRequests = Pick<
  EngineRequests,
  'profile' | 'givenAway' | 'facts' | 'openData' | 'askData' | 'findCell' | 'predict' | 'evaluate'
>;

export function tableHandlers(files: DataFiles): Handlers<TableRequests> {
  const withTable = async <Result>(
    table: string,
    read: (bytes: DataBytes) => Result | Promise<Result>,
  ): Promise<Result> => {
    const bytes = await unpacked(asDataBytes(await files.read(table)), table, largestFile);
    try {
      return await read(bytes);
    } finally {
      bytes.close();
    }
  };
  /** Opens what a network runs over. */
  const withRows = async <Result>(
    { weights, table, isFolder = false }: PredictOptions,
    use: (rows: ModelTable) => Promise<Result>,
  ): Promise<Result | { readonly problem: string } | DataRefused> => {
    const text = specTextOf(weights);
    if ('problem' in text) {
      return text;
    }
    const rows = await openModelTable(table, isFolder, text.inputShape, files);
    if ('problems' in rows) {
      return { problems: rows.problems.map(fromDataProblem) };
    }
    try {
      return await use(rows);
    } finally {
      if ('close' in rows.table) {
        rows.table.close();
      }
    }
  };
  let view: TableView | undefined;
  return {
    profile: ({ table, format, forNewSpec = false }) =>
      withTable(table, (bytes) => {
        const found = forNewSpec ? profileForNewSpec(bytes, table) : profileTable(bytes, table, format);
        return 'facts' in found
          ? { facts: found.facts, warnings: found.warnings }
          : { problems: found.problems.map(fromDataProblem) };
      }),
    givenAway: ({ table, ...target }) =>
      withTable(table, (bytes) => {
        const found = profileForNewSpec(bytes, table);
        return 'facts' in found
          ? { givenAway: found.givesAway(target) }
          : { problems: found.problems.map(fromDataProblem) };
      }),
    async facts({ spec }) {
      const found = await loadFacts(requestOf(spec), files);
      return 'facts' in found ? found : { problems: found.problems.map(fromDataProblem) };
    },
    async openData({ spec }) {
      // The memory of an earlier table is free while the next one is read.
      view = undefined;
      const found = await loadTable(requestOf(spec), files);
      // The view itself tells of marks, with their numbers.
      const problems = found.problems.filter(({ code }) => code !== 'missing-marks').map(fromDataProblem);
      if (!('table' in found)) {
        return { problems };
      }
      view = new TableView(found, spec.data);
      return { view: view.overview(), problems };
    },
    askData(question) {
      if (!view) {
        throw new FailureError('no-table', t('No table is open. Reload the data.'));
      }
      return view.answer(question);
    },
    findCell: ({ table, format, column, value }) =>
      withTable(table, (bytes) => findCell(bytes, { fileName: table, given: format }, column, value) ?? null),
    predict: (asked) =>
      withRows(asked, async ({ table, images }) => {
        const { weights, spec, keepColumns } = asked;
        const options = { longest: longestShownCsv, keepColumns, images };
        const result = predictTable(weights, spec ?? undefined, table, asked.table, options);
        if ('ok' in result) {
          const { score, warnings, rows, kept } = result.ok;
          const gaps = kept ? [notPredicted(rows - kept.length)] : [];
          const csv = [...inPieces(predictionsCsv(result.ok))].join('');
          return { csv, score, doubts: [...sentencesOf(warnings), ...gaps] };
        }
        return 'problem' in result ? result : { problems: result.problems.map(fromDataProblem) };
      }),
    evaluate: (asked) =>
      withRows(asked, async ({ table }) => {
        const { weights, spec, labels, importance } = asked;
        const evaluate = (of?: DataBytes) =>
          evaluateTable(weights, spec ?? undefined, table, asked.table, {
            importance,
            ...(of && labels !== undefined && { labels: { bytes: of, fileName: labels } }),
          });
        const result = labels === undefined ? evaluate() : await withTable(labels, evaluate);
        if ('ok' in result) {
          return { scores: result.ok, doubts: sentencesOf(result.warnings) };
        }
        return 'problem' in result ? result : { problems: result.problems.map(fromDataProblem) };
      }),
  };
}

function sentencesOf(warnings: readonly DataProblem[]): readonly string[] {
  return warnings.map(({ message }) => message);
}
