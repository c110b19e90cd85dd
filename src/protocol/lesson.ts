/** Messages between the host and the outputs and questions of a lesson. */

import { isCount } from '../common/isCount';
import { isRecord } from '../common/isRecord';
import type { DepthReport, TruthTable } from '../spec/measurements';
import type { ChartFile } from './chartFile';
import { isChartFile } from './chartFile';
import { type ActivationCurve, type FromPanel, isFromPanel, type PanelBoot, type ToPanel } from './panel';

/** The type of the outputs of cells; their bytes are a `LessonOutput` as JSON with packed numbers. */
export const lessonOutputType = 'application/vnd.nnspec.lesson+json';
/** The renderers of the manifest: of outputs, and of questions within Markdown. */
export const lessonRenderer = 'nnspec-lesson';
export const questionRenderer = 'nnspec-question';

/** The output of a cell. Texts of it come from the lesson. */
export type LessonOutput =
  /** The film of a run, which comes by messages. */
  | { readonly kind: 'run'; readonly run: string }
  /** The backpropagation of one training sample, from 0, before the first step of a run. */
  | {
      readonly kind: 'walk';
      readonly run: string;
      readonly sample: number;
      readonly edit: readonly ('weights' | 'inputs')[];
    }
  | { readonly kind: 'compare'; readonly runs: readonly ComparedLessonRun[]; readonly more: number }
  /** The gradients of the same network with several activations, before training. */
  | { readonly kind: 'gradients'; readonly report: DepthReport }
  /** Each truth table, and the line that one unit has found for it. */
  | { readonly kind: 'truthTables'; readonly tables: readonly NamedTruthTable[] }
  | { readonly kind: 'compute'; readonly lines: readonly WorkedLine[] }
  | {
      readonly kind: 'plot';
      readonly range: readonly [number, number];
      readonly derivative: boolean;
      readonly functions: readonly PlottedFunction[];
    }
  | { readonly kind: 'failure'; readonly messages: readonly string[] };

export interface NamedTruthTable extends TruthTable {
  readonly name: string;
}

export interface ComparedLessonRun {
  readonly name: string;
  /** Epochs and losses. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The final values by tag; empty for a run that failed. */
  readonly final: readonly (readonly [tag: string, value: number])[];
  /** Why it has no final values. */
  readonly failure?: string;
}

export interface WorkedLine {
  readonly name: string;
  /** The expression as written. */
  readonly text: string;
  /** A calculator arrives from the text of each step at its result. */
  readonly steps: readonly { readonly text: string; readonly result: string }[];
  readonly value: string;
}

export interface PlottedFunction {
  readonly name: string;
  readonly curve: ActivationCurve;
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly slider?: { readonly parameter: string; readonly range: readonly [number, number] };
}

/** The part of a question that is shown. Its answer stays with the host. */
export interface ShownQuestion {
  readonly id: string;
  readonly ask: string;
  readonly answer: 'number' | 'choice' | 'expect';
  readonly choices: readonly string[];
  readonly hint?: string;
  /** The expectation that a run must meet: `accuracy == 1`. */
  readonly expect?: string;
  readonly cell?: string;
  /** It was answered, in this lesson. */
  readonly answered: boolean;
  /** The right answer and its explanation, of an answered one. */
  readonly explain?: string;
}

/** How an answer was judged. */
export interface Judged {
  readonly right: boolean;
  /** A sentence for a wrong answer, or why it cannot be judged. */
  readonly message?: string;
  readonly explain?: string;
}

export type ToLesson =
  | { readonly type: 'boot'; readonly boot: PanelBoot }
  | { readonly type: 'run'; readonly run: string; readonly message: ToPanel }
  /** The run is no longer known: its cell must be run again. */
  | { readonly type: 'gone'; readonly run: string }
  | { readonly type: 'curve'; readonly id: number; readonly curve: ActivationCurve };

export type FromLesson =
  | { readonly type: 'boot' }
  | { readonly type: 'run'; readonly run: string; readonly message: FromPanel }
  | ({ readonly type: 'saveFile' } & ChartFile)
  /** The curve of a function with another value of its parameter. */
  | {
      readonly type: 'curve';
      readonly id: number;
      readonly name: string;
      readonly parameters: Readonly<Record<string, number | string>>;
      readonly range: readonly [number, number];
    };

export type ToQuestion =
  | { readonly type: 'boot'; readonly boot: PanelBoot }
  | { readonly type: 'question'; readonly id: string; readonly question?: ShownQuestion }
  | { readonly type: 'judged'; readonly id: string; readonly judged: Judged };

export type FromQuestion =
  | { readonly type: 'boot' }
  | { readonly type: 'question'; readonly id: string }
  /** A number, or a choice by its index. For a run there is nothing to say. */
  | { readonly type: 'answer'; readonly id: string; readonly given: number };

/** True for a message that an output can have sent. */
export function isFromLesson(message: unknown): message is FromLesson {
  if (!isRecord(message)) {
    return false;
  }
  switch (message.type) {
    case 'boot':
      return true;
    case 'run':
      return typeof message.run === 'string' && isFromPanel(message.message);
    case 'saveFile':
      return isChartFile(message);
    case 'curve':
      return (
        isCount(message.id) &&
        typeof message.name === 'string' &&
        isRecord(message.parameters) &&
        Object.values(message.parameters).every((each) => typeof each === 'string' || Number.isFinite(each)) &&
        Array.isArray(message.range) &&
        message.range.length === 2 &&
        message.range.every(Number.isFinite)
      );
    default:
      return false;
  }
}

/** True for a message that a question can have sent. */
export function isFromQuestion(message: unknown): message is FromQuestion {
  return (
    isRecord(message) &&
    (message.type === 'boot' ||
      (typeof message.id === 'string' &&
        (message.type === 'question' || (message.type === 'answer' && Number.isFinite(message.given)))))
  );
}
