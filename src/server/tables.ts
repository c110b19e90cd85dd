/** Requests about tables, from hosts that do not read large ones themselves. */
import { longestShownCsv } from '../common/limits';
import { inPieces } from '../common/pieces';
import { loadFacts, requestOf } from '../data';
import { asDataBytes, type DataBytes } from '../data/bytes';
import { findCell } from '../data/cellPlaces';
import { largestFile } from '../data/delimited';
import type { DataFiles } from '../data/files';
import { unpacked } from '../data/gunzip';
import { profileTable } from '../data/profile';
import type { EngineRequests } from '../protocol/engine';
import type { Handlers } from '../protocol/rpc';
import { fromDataProblem } from './dataProblemMessage';
import { evaluateTable } from './evaluateTable';
import { predictionsCsv, predictTable } from './predictTable';

type TableRequests = Pick<EngineRequests, 'profile' | 'facts' | 'findCell' | 'predict' | 'evaluate'>;

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
  return {
    profile: ({ table, format }) =>
      withTable(table, (bytes) => {
        const found = profileTable(bytes, table, format);
        return 'facts' in found ? found : { problems: found.problems.map(fromDataProblem) };
      }),
    async facts({ spec }) {
      const found = await loadFacts(requestOf(spec), files);
      return 'facts' in found ? found : { problems: found.problems.map(fromDataProblem) };
    },
    findCell: ({ table, format, column, value }) =>
      withTable(table, (bytes) => findCell(bytes, { fileName: table, given: format }, column, value) ?? null),
    predict: ({ weights, spec, table, keepColumns }) =>
      withTable(table, (bytes) => {
        const result = predictTable(weights, spec ?? undefined, bytes, table, {
          longest: longestShownCsv,
          keepColumns,
        });
        if ('ok' in result) {
          return { csv: [...inPieces(predictionsCsv(result.ok))].join(''), score: result.ok.score };
        }
        return 'problem' in result ? result : { problems: result.problems.map(fromDataProblem) };
      }),
    evaluate: ({ weights, spec, table, labels }) =>
      withTable(table, async (bytes) => {
        const evaluate = (of?: DataBytes) =>
          evaluateTable(weights, spec ?? undefined, bytes, table, of && { bytes: of, fileName: labels! });
        const result = labels === undefined ? evaluate() : await withTable(labels, evaluate);
        if ('ok' in result) {
          return { scores: result.ok };
        }
        return 'problem' in result ? result : { problems: result.problems.map(fromDataProblem) };
      }),
  };
}
