/** Tables of various kinds, and a check of the spec that is written for each. */
import assert from 'node:assert/strict';
import { loadDataset } from '../../../../src/data';
import { profileForNewSpec } from '../../../../src/data/profile';
import { checkSpec, parseSpec } from '../../../../src/language/index';
import { newSpecFor, predictedColumn, type TargetGuess, targetGuesses } from '../../../../src/language/newSpec';
import { targetKindOf } from '../../../../src/spec/lossRules';
import type { Spec } from '../../../../src/spec/spec';
import type { TableFacts } from '../../../../src/spec/tableFacts';
import { filesWith } from '../../data/support';

export function factsOf(csv: string, path = 'table.csv'): TableFacts {
  return profileOf(csv, path).facts;
}

function profileOf(csv: string, path: string) {
  const profiled = profileForNewSpec(new TextEncoder().encode(csv), path);
  assert.ok('facts' in profiled, JSON.stringify(profiled));
  return profiled;
}

/** The spec for a target; default: the most likely one. */
export function specFor(csv: string, target?: string, path = 'table.csv'): string {
  const { facts, givesAway } = profileOf(csv, path);
  const guesses = targetGuesses(facts);
  const guess = target === undefined ? guesses[0] : guesses.find(({ column }) => column.name === target);
  assert.ok(guess, `no target among ${guesses.map(({ column }) => column.name)}`);
  return newSpecFor(facts, path, guess, givesAway(predictedColumn(guess))).text;
}

/** Asserts that the spec has no error, on its own and against its data. */
export async function assertSound(text: string, csv: string): Promise<Spec> {
  const parsed = parseSpec(text, { fileName: 'table.nnspec' });
  const errors = (problems: readonly { severity: string; message: string }[]) =>
    problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  assert.deepEqual(errors(parsed.problems), [], text);
  assert.ok(parsed.spec);
  const { data, layers, training, seed } = parsed.spec;
  const { name: loss } = training.loss;
  const loaded = await loadDataset({ data, loss, targetKind: targetKindOf(loss, layers), seed }, filesWith(csv));
  assert.ok('facts' in loaded, `${JSON.stringify(loaded)}\n${text}\n${csv}`);
  assert.deepEqual(errors(checkSpec(parsed, loaded.facts)), [], text);
  return parsed.spec;
}

export function names(guesses: readonly TargetGuess[]): string[] {
  return guesses.map(({ column }) => column.name);
}

/** `n` rows made by a function of the row's index, under a header. */
export function table(header: string, n: number, row: (index: number) => readonly (string | number)[]): string {
  const rows = Array.from({ length: n }, (_, index) => row(index).join(','));
  return `${[header, ...rows].join('\n')}\n`;
}
