/** The data of a spec as an export takes them: encodings, and rows as the spec divides them. */
import type { OpenedTable } from '../data';
import type { Column } from '../data/table';
import { sampleWeights } from '../engine/classWeights';
import type { ExportData } from '../export/exportInput';
import { dateText } from '../spec/dates';
import { type Part, parts, type Spec } from '../spec/spec';
import { weightedClasses } from '../spec/trainingFaults';

/** The table must have no problems. */
export function exportDataOf(
  { training }: Spec,
  { table, request, plan }: Required<Pick<OpenedTable, 'table' | 'request' | 'plan'>>,
): ExportData {
  const { kept, targets, targetScales, rowWeights } = plan;
  const partOf: Part[] = [];
  for (const part of parts) {
    for (const index of plan.parts[part]) {
      partOf[index] = part;
    }
  }
  const columns = [...request.inputs, ...request.targets].map((index) => cellsOf(table.columns[index]));
  const classWeights = training.classWeight && classWeightsOf(training.classWeight, plan);
  return {
    inputs: plan.inputs,
    target: targetScales ? { ...targets.encoding, scaling: targetScales } : targets.encoding,
    rows: {
      count: kept.length,
      partOf: (row) => partOf[row],
      cells: (row) => columns.map((cellOf) => cellOf(kept[row])),
      ...(rowWeights && { weights: rowWeights }),
      ...(classWeights && { classWeights }),
    },
  };
}

function classWeightsOf(
  classWeight: NonNullable<Spec['training']['classWeight']>,
  { kept, targets, parts: own }: NonNullable<OpenedTable['plan']>,
): Float64Array {
  const all = new Float64Array(kept.length * targets.size);
  for (const [index, row] of kept.entries()) {
    targets.write(row, all, index * targets.size);
  }
  const { kind: targetKind, classNames } = targets.encoding;
  const data = { targets: all, samples: kept.length, targetSize: targets.size };
  return sampleWeights(classWeight, data, own.train, weightedClasses({ targetKind, classNames }) ?? ['0', '1']);
}

/** The cell of a row, empty where it is missing. */
function cellsOf(column: Column): (row: number) => string | number {
  if (column.type === 'category') {
    const { codes, values } = column;
    return (row) => (codes[row] < 0 ? '' : values[codes[row]]);
  }
  const { values, dates } = column;
  return (row) => (Number.isNaN(values[row]) ? '' : dates ? dateText(values[row]) : values[row]);
}
