/** Parts that all scripts that train share: the head, the units of targets, the end of an epoch. */
import { t } from '@vscode/l10n';
import { higherIsBetter } from '../../spec/catalogue/metrics';
import type { Part, Spec, Thing } from '../../spec/spec';
import type { ExportData, ExportInput, ExportRows } from '../exportInput';
import { inert, listOf, numberLiteral, quoted } from './source';

export interface Training {
  readonly rows: ExportRows;
  readonly counts: Readonly<Record<Part, number>>;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Losses are weighted by `weights`, metrics by `row_weights`. */
  readonly weighted: boolean;
  readonly weightedMetrics: boolean;
}

export function trainingOf({ spec, data }: ExportInput): Training {
  const { rows } = data;
  if (!rows) {
    throw new Error('A script that trains needs the rows: read the data of the spec first.');
  }
  const counts = { train: 0, validation: 0, test: 0 };
  for (let row = 0; row < rows.count; row++) {
    counts[rows.partOf(row)]++;
  }
  const { batchSize, epochs } = spec.training;
  return {
    rows,
    counts,
    steps: Math.ceil(counts.train / batchSize) * epochs,
    weighted: rows.weights !== undefined || rows.classWeights !== undefined,
    weightedMetrics: rows.weights !== undefined,
  };
}

/** The head of a script: its docstring, its imports and its constants. */
/** `calls` are further ways to call the script, each with what it does. */
export function headSource(
  spec: Spec,
  summary: string,
  imports: readonly string[],
  calls: readonly (readonly [options: string, meaning: string])[] = [],
): string {
  const { batchSize, epochs } = spec.training;
  return [
    '#!/usr/bin/env python3',
    `"""${inert(spec.name)}`,
    '',
    summary,
    '',
    `    python3 train.py                     ${t('prints the values of every epoch')}`,
    `    python3 train.py --json              ${t('prints one JSON object for every epoch')}`,
    `    python3 train.py --save trained.npz  ${t('saves the weights at the end')}`,
    ...calls.flatMap(([options, meaning]) => [`    python3 train.py ${options}`, `        ${meaning}`]),
    '"""',
    ...imports,
    '',
    `SEED = ${spec.seed}`,
    `EPOCHS = ${epochs}`,
    `BATCH_SIZE = ${batchSize}`,
    'HERE = Path(__file__).parent',
    '',
  ].join('\n');
}

/** Constants and the function that bring outputs back into the units of the file. */
export function unitsSource({ target: { scaling } }: ExportData, outputs: number): string {
  if (!scaling) {
    return '';
  }
  const list = (key: 'shift' | 'scale') => listOf(scaling.map((scale) => numberLiteral(scale[key])));
  const isPair = outputs === 2 * scaling.length;
  const own = scaling[0].log ? 'np.exp(values * TARGET_SCALE + TARGET_SHIFT)' : 'values * TARGET_SCALE + TARGET_SHIFT';
  return [
    `TARGET_SHIFT = np.array(${list('shift')})`,
    `TARGET_SCALE = np.array(${list('scale')})`,
    '',
    '',
    'def unscaled(values):',
    `    """${t('Scaled targets, or outputs for them, in the units of the file.')}"""`,
    ...(isPair ? [`    values = values[:, :${scaling.length}]`] : []),
    `    return ${own}`,
    '',
  ].join('\n');
}

/** The imports of every script that trains, and `more` of Python's own. */
export function commonImports(...more: readonly string[]): string[] {
  const own = ['import argparse', 'import csv', 'import json', ...more];
  return [...own, 'from pathlib import Path', '', 'import numpy as np'];
}

/** The names that `read_data` gives, in their order. */
export function readNames({ weighted, weightedMetrics }: Training): string[] {
  return ['x', 't', 'part', ...(weighted ? ['weights'] : []), ...(weightedMetrics ? ['row_weights'] : [])];
}

/** The rows of each part that is not empty. */
export function partsSource({ counts }: Training): string[] {
  const held = (['validation', 'test'] as const).filter((part) => counts[part] > 0);
  return ['train', ...held].map((part) => `${part} = np.flatnonzero(part == "${part}")`);
}

/** A script of these sections, of which some may be empty. */
export function scriptOfSections(sections: readonly string[]): string {
  const all = [...sections, 'if __name__ == "__main__":\n    main()\n'];
  return all.filter((section) => section !== '').join('\n\n');
}

/** The optional stop of a run: lines at the end of an epoch and after the last one. */
export interface Stopping {
  /** Names of the variables that a training needs to go on. */
  readonly lasting: readonly string[];
  readonly before: readonly string[];
  readonly atEpoch: readonly string[];
  readonly after: readonly string[];
}

/** `keep` and `restore` are statements that keep the weights in `best_weights` and bring them back. */
export function stoppingSource(
  { training: { earlyStopping } }: Spec,
  { keep, restore }: { readonly keep: string; readonly restore: string },
): Stopping {
  if (!earlyStopping) {
    return { lasting: [], before: [], atEpoch: [], after: [] };
  }
  const { monitor, patience, minDelta, restoreBest } = earlyStopping;
  const sign = higherIsBetter(monitor) ? '-' : '';
  return {
    lasting: ['best', 'waited', ...(restoreBest ? ['best_weights'] : [])],
    before: ['best, waited = float("inf"), 0', ...(restoreBest ? [keep] : [])],
    atEpoch: [
      `# ${t('Early stopping: training ends where the watched value no longer gets better.')}`,
      `if ${sign}values[${quoted(monitor)}] < best - ${numberLiteral(minDelta)}:`,
      `    best, waited = ${sign}values[${quoted(monitor)}], 0`,
      ...(restoreBest ? [`    ${keep}`] : []),
      'else:',
      '    waited += 1',
      `if waited >= ${Math.max(patience, 1)}:`,
      '    break',
    ],
    after: restoreBest ? [restore] : [],
  };
}

/** The factor of a learning rate that is lowered when a watched value stops improving. */
export function plateauSource(
  schedule: Thing | undefined,
  rate: number,
): { lasting: string[]; before: string[]; atEpoch: string[] } {
  if (!schedule) {
    return { lasting: [], before: [], atEpoch: [] };
  }
  const { monitor, factor, patience, threshold } = schedule.parameters;
  const higher = higherIsBetter(monitor as string);
  const better = higher ? `> plateau_best * (1 + ${threshold})` : `< plateau_best * (1 - ${threshold})`;
  return {
    lasting: ['factor', 'plateau_best', 'plateau_waited'],
    before: [`factor, plateau_best, plateau_waited = 1.0, float("${higher ? '-' : ''}inf"), 0`],
    atEpoch: [
      `# ${t('The learning rate falls where the watched value no longer gets better.')}`,
      `if values[${quoted(monitor as string)}] ${better}:`,
      `    plateau_best, plateau_waited = values[${quoted(monitor as string)}], 0`,
      'else:',
      '    plateau_waited += 1',
      `if plateau_waited > ${patience}:`,
      '    plateau_waited = 0',
      `    if ${numberLiteral(rate)} * factor * (1 - ${factor}) > 1e-8:`,
      `        factor *= ${factor}`,
    ],
  };
}

/** The function that prints the values of an epoch, as `nnspec train` does. */
export function printSource(): string {
  return `def report(as_json, epoch, step, values):
    if as_json:
        print(json.dumps({"event": "epoch", "epoch": epoch, "step": step, **values}), flush=True)
    else:
        print(f"epoch {epoch:4}", *(f"{tag} {value:.6g}" for tag, value in values.items()), flush=True)
`;
}

/** `more` are lines that add options. */
export function optionsSource(...more: readonly string[]): string[] {
  return [
    'parser = argparse.ArgumentParser()',
    'parser.add_argument("--json", action="store_true")',
    'parser.add_argument("--save")',
    ...more,
    'options = parser.parse_args()',
  ];
}
