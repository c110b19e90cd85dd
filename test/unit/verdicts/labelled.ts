/** The labelled runs of `test/fixtures/verdicts`, and their training. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../../../src/common/verdict/verdict';
import { startEngine, startOptions } from '../server/harness';

const folder = join(process.cwd(), 'test/fixtures/verdicts');
const tables = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
);

export interface LabelledRun {
  readonly name: string;
  readonly text: string;
  /** First codes of a finding that are right, or `none`. */
  readonly codes: readonly string[];
  /** `learned`, `not learned`, or `open` where the held-out rows are too few to tell. */
  readonly state: string;
  /** Kept out of the search for limits. */
  readonly heldOut: boolean;
}

/** The runs by name. Their first line is `# Label: dead_units or vanishing; not learned; held out`. */
export function labelledRuns(): readonly LabelledRun[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.nnspec'))
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const [, codes, state, heldOut] = /^# Label: ([a-z_ ]+); (learned|not learned|open)(; held out)?\n# Why: /.exec(
        text,
      ) ?? [name];
      assert.ok(codes, name);
      return {
        name: name.slice(0, -'.nnspec'.length),
        text,
        codes: codes.split(' or '),
        state,
        heldOut: heldOut !== undefined,
      };
    });
}

export function textOf(name: string): string {
  return readFileSync(join(folder, `${name}.nnspec`), 'utf8');
}

/** Trains a spec and returns its verdict. */
export async function verdictOn(text: string): Promise<Verdict> {
  const engine = startEngine(tables);
  await engine.client.ask('start', { ...startOptions(text), everyEpoch: false, threads: 1 });
  const { ended } = await engine.until('ended');
  engine.dispose();
  assert.ok(ended.verdict, text);
  return ended.verdict;
}
