/** The protocol between the extension host and the page that compares runs. */

import { isRecord } from '../common/isRecord';
import type { HeaderProblem } from '../runs/header';
import type { BestEpoch, KeptState } from '../runs/record';
import type { Points, Tag } from '../runs/series';
import type { DifferingSetting, SettingValue } from '../spec/difference';
import { type ChartFile, isChartFile } from './chartFile';

/** The runs that a page compares. The editor keeps it with the page. */
export interface Compared {
  /** The spec's uri. */
  readonly spec: string;
  /** Only the runs of this sweep; new ones of it come in by themselves. */
  readonly sweep?: string;
  /** Only these runs; without them and a sweep all runs of the spec. */
  readonly keys?: readonly string[];
}

/** A run as the page lists it. Whatever comes from its files is text, never markup. */
export interface ComparedRun {
  /** Unlike the id alone, different for two copies of a run in two folders. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly state: KeptState | HeaderProblem;
  /** ISO 8601, UTC; unknown for a run that cannot be read. */
  readonly created?: string;
  readonly seed?: number;
  readonly parameters?: number;
  /** Epochs that are done, and planned. */
  readonly epoch?: number;
  readonly epochs?: number;
  readonly step?: number;
  readonly seconds?: number;
  readonly best?: BestEpoch;
  /** The value by which it is ranked; none for a run that came to no result. */
  readonly rank?: { readonly tag: Tag; readonly value: number };
  readonly final: Readonly<Record<Tag, number>>;
  readonly expect: readonly { readonly text: string; readonly ok: boolean }[];
  readonly starred: boolean;
  readonly note?: string;
  readonly tags: readonly string[];
  readonly sweep?: string;
  /** By `where`: the settings that differ between the runs. */
  readonly settings: Readonly<Record<string, SettingValue>>;
}

export type { SettingValue };
export type SettingColumn = Pick<DifferingSetting, 'where' | 'label'>;

/** A level that the spec expects a tag to reach. */
export interface ExpectedLevel {
  readonly tag: Tag;
  readonly value: number;
  /** As written in the spec. */
  readonly text: string;
}

/** Series by tag. Those of batches go by steps, all others by epochs. */
export type RunCurves = Readonly<Record<Tag, Points>>;

export interface Comparison {
  readonly compared: Compared;
  readonly title: string;
  readonly runs: readonly ComparedRun[];
  readonly settings: readonly SettingColumn[];
  readonly levels: readonly ExpectedLevel[];
  /** The measures of which a larger value is better. */
  readonly higher: readonly string[];
  /** Whether a sweep of this window trains more of these runs, and can be ended. */
  readonly sweeping: boolean;
}

export type ToCompare =
  | { readonly type: 'comparison'; readonly comparison: Comparison }
  /** Some runs have changed, and nothing else. */
  | { readonly type: 'changed'; readonly runs: readonly ComparedRun[] }
  /** The curves of runs that were asked for, each again when it has grown. */
  | { readonly type: 'curves'; readonly curves: Readonly<Record<string, RunCurves>> };

export type FromCompare =
  | { readonly type: 'ready' }
  /** The runs whose curves are shown: no others are read. */
  | { readonly type: 'show'; readonly keys: readonly string[] }
  | { readonly type: 'act'; readonly action: RunAction; readonly key: string }
  | { readonly type: 'diff'; readonly keys: readonly [string, string] }
  | { readonly type: 'stopAll' }
  | ({ readonly type: 'saveFile' } & ChartFile);

const runActions = ['open', 'star', 'unstar', 'apply'] as const;
export type RunAction = (typeof runActions)[number];

/** The most runs whose curves are read for a page. */
export const mostCurves = 500;

/** True for a message that a page can have sent. A page is not trusted to send no other. */
export function isFromCompare(message: unknown): message is FromCompare {
  if (!isRecord(message)) {
    return false;
  }
  switch (message.type) {
    case 'ready':
    case 'stopAll':
      return true;
    case 'show':
      return isTexts(message.keys) && message.keys.length <= mostCurves;
    case 'act':
      return typeof message.key === 'string' && runActions.some((action) => action === message.action);
    case 'saveFile':
      return isChartFile(message);
    case 'diff':
      return isTexts(message.keys) && message.keys.length === 2;
    default:
      return false;
  }
}

/** Reads what the editor has kept of a page; undefined where it is not of this form. */
export function readCompared(state: unknown): Compared | undefined {
  const compared = isRecord(state) ? state.compared : undefined;
  if (!isRecord(compared) || typeof compared.spec !== 'string') {
    return undefined;
  }
  const { spec, sweep, keys } = compared;
  return {
    spec,
    ...(typeof sweep === 'string' && { sweep }),
    ...(isTexts(keys) && { keys }),
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
