/** One open lesson: runs its cells, keeps their runs, and judges the answers to its questions. */
import { t } from '@vscode/l10n';
import type * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import type { TagValues } from '../../common/tagValues';
import { layerRanges, type ParsedSpec, runAt, runText, showWritten } from '../../language';
import { isNear, namesWith, numberAsked } from '../../lessons/answers';
import type { MeasureBlock } from '../../lessons/blocks/measure';
import type { QuestionBlock } from '../../lessons/blocks/question';
import type { CompareBlock, WalkBlock } from '../../lessons/blocks/references';
import type { PlacedBlock, TrainBlock } from '../../lessons/lesson';
import { type ComparedRun, comparedValuesOf } from '../../lessons/measured';
import type { Value } from '../../lessons/values';
import { sweepOver } from '../../lessons/variations';
import type { ComparedLessonRun, Judged, LessonOutput } from '../../protocol/lesson';
import type { ToPanel } from '../../protocol/panel';
import type { Expectation, Spec } from '../../spec/spec';
import { fileNameOf } from '../files/names';
import type { Run } from '../runs/run';
import type { RunManager, TrainRequest } from '../runs/runManager';
import { inBackground } from '../words/background';
import { measure } from './measurement';
import { OutputFeed } from './outputFeed';
import { computeOutput, failureOutput, plotOutput } from './outputs';
import { type ReadLesson, readLesson } from './readLesson';

/** Engines of cells that were run, kept so that their films can be played. */
const mostEngines = 4;

/** Shows the output of a cell. */
type Show = (output: LessonOutput) => Thenable<void>;

interface TrainedCell {
  readonly run: Run;
  readonly text: string;
}

export class LessonSession {
  readonly #notebook: vscode.NotebookDocument;
  readonly #runs: RunManager;
  readonly #post: (run: string, message: ToPanel) => Thenable<boolean>;
  /** Runs a cell as the person would. */
  readonly #execute: (cell: vscode.NotebookCell) => Promise<boolean>;
  /** By id of the run. */
  readonly #feeds = new Map<string, OutputFeed>();
  /** The run that each cell shows, by the cell's uri. */
  readonly #shown = new Map<string, string>();
  /** The newest training of each cell. */
  readonly #trained = new Map<string, TrainedCell>();
  /** By name of a comparison or a measurement: its values, and the text with which they were found. */
  readonly #measured = new Map<string, { readonly text: string; readonly values: TagValues }>();

  constructor(
    notebook: vscode.NotebookDocument,
    runs: RunManager,
    post: (run: string, message: ToPanel) => Thenable<boolean>,
    execute: (cell: vscode.NotebookCell) => Promise<boolean>,
  ) {
    this.#notebook = notebook;
    this.#runs = runs;
    this.#post = post;
    this.#execute = execute;
  }

  get lesson(): ReadLesson {
    return readLesson(this.#notebook);
  }

  feedOf(run: string): OutputFeed | undefined {
    return this.#feeds.get(run);
  }

  /** Runs a cell. True if it came to its end without a failure. */
  async run(cell: vscode.NotebookCell, show: Show, token: vscode.CancellationToken): Promise<boolean> {
    const { lesson } = this;
    const block = lesson.blockOf(cell);
    const errors = lesson.problemsIn(cell).filter(({ severity }) => severity === 'error');
    if (!block?.content || errors.length > 0) {
      await show(failureOutput(errors.map(({ message, range }) => t('Line {0}: {1}', range.start.line + 1, message))));
      return false;
    }
    const { content } = block;
    switch (content.kind) {
      case 'nnspec':
        return this.#train(cell, content, show, token);
      case 'compute':
        await show(computeOutput(content));
        return true;
      case 'plot':
        await show(plotOutput(content));
        return true;
      case 'compare':
        return this.#compare(block, content, show, token);
      case 'measure':
        return this.#measure(block, content, show, token);
      case 'walk':
        return this.#walk(cell, content, show, token);
      case 'question':
        return true;
      default:
        return assertNever(content);
    }
  }

  /** Judges an answer. The cell that a question is about is run, unless it was as it is now. */
  async judge(question: QuestionBlock, given: number): Promise<Judged> {
    const { answer, of, wrong, explain } = question;
    const named = of && this.#namedBlock(of.name);
    const measured = named && (await this.#valuesOf(named));
    const run = of && !named ? await this.#trainedRun(of.name) : undefined;
    if (of && !measured && !run?.details.ended) {
      return { right: false, message: t('The cell “{0}” has no result. Run it, then answer again.', of.name) };
    }
    const said = [...wrong].find(([each]) => isNear(given, each, answer.kind === 'number' ? answer.tolerance : 0))?.[1];
    switch (answer.kind) {
      case 'choice':
        return given === answer.right ? { right: true, explain } : { right: false, message: said };
      case 'number': {
        const final = measured ? { train: measured } : run?.details.ended?.final;
        const names = namesWith(this.#valuesBefore(question), final);
        const asked = numberAsked(answer, names);
        if (typeof asked === 'string') {
          return { right: false, message: asked };
        }
        return isNear(given, asked, answer.tolerance) ? { right: true, explain } : { right: false, message: said };
      }
      case 'expect': {
        const found = run?.details.ended?.expect.find(({ text }) => text === answer.expect.text);
        return found?.ok
          ? { right: true, explain }
          : { right: false, message: t('Not met: {0} (it is {1}).', answer.expect.text, shortNumber(found?.value)) };
      }
      default:
        return assertNever(answer);
    }
  }

  dispose(): void {
    for (const feed of this.#feeds.values()) {
      feed.dispose();
    }
    this.#feeds.clear();
  }

  async #train(
    cell: vscode.NotebookCell,
    { name, parsed }: TrainBlock,
    show: Show,
    token: vscode.CancellationToken,
  ): Promise<boolean> {
    const key = cell.document.uri.toString();
    this.#trained.delete(key);
    const opened = await this.#open(parsed, this.#expectationsOf(name), token);
    if ('failure' in opened) {
      await show(failureOutput(token.isCancellationRequested ? [] : [opened.failure.message]));
      return false;
    }
    const { run } = opened;
    this.#trained.set(key, { run, text: parsed.text });
    this.#adopt(key, run);
    await show({ kind: 'run', run: run.id });
    await trainToEnd(run, token);
    const { ended } = run.details;
    return ended !== undefined && ended.divergence === undefined;
  }

  /** A run that waits before its first step. */
  async #open(parsed: ParsedSpec, asked: readonly Expectation[], token: vscode.CancellationToken) {
    const request = requestOf(this.#notebook, parsed, asked);
    return this.#runs.open(request, token);
  }

  /** Shows a run in place of the one that the cell had; engines of the oldest runs end. */
  #adopt(key: string, run: Run): void {
    const before = this.#shown.get(key) ?? '';
    this.#feeds.get(before)?.dispose();
    this.#feeds.delete(before);
    this.#shown.set(key, run.id);
    this.#feeds.set(run.id, new OutputFeed(run, (message) => this.#post(run.id, message)));
    const idle = [...this.#feeds.values()].filter((feed) => feed.run.hasEngine && feed.run.state !== 'running');
    for (const feed of idle.slice(0, Math.max(0, idle.length - mostEngines))) {
      feed.run.endEngine();
    }
  }

  /** The ended run of a cell with the text that it has now: that of before, or a new one. */
  async #trainedRun(name: string): Promise<Run | undefined> {
    const { lesson } = this;
    const block = lesson.lesson.blocks.find((each) => nameOf(each) === name);
    const cell = block && lesson.cellOf(block);
    if (!cell || block.content?.kind !== 'nnspec') {
      return undefined;
    }
    const key = cell.document.uri.toString();
    const known = this.#trained.get(key);
    if (known?.run.isActive) {
      await known.run.concluded;
    }
    if (known?.text !== block.content.parsed.text || !known.run.details.ended) {
      await this.#execute(cell);
    }
    return this.#trained.get(key)?.run;
  }

  /** A comparison or a measurement, whose values questions use. */
  #namedBlock(name: string): PlacedBlock | undefined {
    return this.lesson.lesson.blocks.find(
      ({ content }) => (content?.kind === 'compare' || content?.kind === 'measure') && content.name === name,
    );
  }

  /** The values of a block: those of before, where neither it nor its cells have changed since. */
  async #valuesOf(block: PlacedBlock): Promise<TagValues | undefined> {
    const text = this.#textWithCells(block);
    const key = keyOf(block);
    if (this.#measured.get(key)?.text !== text) {
      const cell = this.lesson.cellOf(block);
      this.#measured.delete(key);
      await (cell && this.#execute(cell));
    }
    return this.#measured.get(key)?.values;
  }

  /** Keeps the values of a block; `text` is that with which they were found. */
  #keepValues(block: PlacedBlock, text: string, values: TagValues): void {
    this.#measured.set(keyOf(block), { text, values });
  }

  /** The text of a block and of the cells that it names. */
  #textWithCells({ text, content }: PlacedBlock): string {
    const cells =
      content?.kind === 'compare' ? content.cells : content?.kind === 'measure' && content.cell ? [content.cell] : [];
    const texts = cells.map(({ name }) => this.lesson.lesson.blocks.find((each) => nameOf(each) === name)?.text);
    return [text, ...texts].join('\n');
  }

  async #measure(
    block: PlacedBlock,
    { what, cell }: MeasureBlock,
    show: Show,
    token: vscode.CancellationToken,
  ): Promise<boolean> {
    const text = this.#textWithCells(block);
    const { content } = this.lesson.lesson.blocks.find((each) => nameOf(each) === cell?.name) ?? {};
    const open = async () =>
      content?.kind === 'nnspec'
        ? this.#runs.open({ ...requestOf(this.#notebook, content.parsed, []), inspect: true }, token)
        : { failure: { code: 'cell', message: t('The cell “{0}” has an error.', cell?.name ?? '') } };
    const found = await measure(what, this.#runs.extensionUri, open, token);
    if (!found || token.isCancellationRequested || 'message' in found) {
      await show(failureOutput(found && 'message' in found && !token.isCancellationRequested ? [found.message] : []));
      return false;
    }
    this.#keepValues(block, text, found.values);
    await show(found.output);
    return true;
  }

  async #compare(
    block: PlacedBlock,
    { cells, vary }: CompareBlock,
    show: Show,
    token: vscode.CancellationToken,
  ): Promise<boolean> {
    const text = this.#textWithCells(block);
    const compared: ComparedRun[] = [];
    const wanted = vary.length > 0 ? cells.flatMap(({ name }) => this.#variations(name, vary)) : [];
    const total = vary.length > 0 ? wanted.length : cells.length;
    const runs: ComparedLessonRun[] = [];
    const add = (run: ComparedLessonRun) => {
      runs.push(run);
      return show({ kind: 'compare', runs, more: total - runs.length });
    };
    await show({ kind: 'compare', runs, more: total });
    for (const { name } of vary.length > 0 ? [] : cells) {
      const run = await this.#trainedRun(name);
      await add(run ? comparedRun(name, run) : { ...nothing, name, failure: t('It did not run.') });
    }
    for (const { name, parsed } of wanted) {
      if (token.isCancellationRequested) {
        return false;
      }
      const opened = await this.#open(parsed, [], token);
      if ('run' in opened) {
        await trainToEnd(opened.run, token);
        await add(comparedRun(name, opened.run));
        const { ended } = opened.run.details;
        compared.push({ diverged: ended?.divergence !== undefined, final: ended?.final });
        opened.run.dispose();
      } else {
        await add({ ...nothing, name, failure: opened.failure.message });
      }
    }
    if (!token.isCancellationRequested) {
      this.#keepValues(block, text, comparedValuesOf(compared));
    }
    return !token.isCancellationRequested;
  }

  /** The specs of a comparison; each is called by the values in which it differs. */
  #variations(cell: string, vary: CompareBlock['vary']): { readonly name: string; readonly parsed: ParsedSpec }[] {
    const { content } = this.lesson.lesson.blocks.find((each) => nameOf(each) === cell) ?? {};
    const found = content?.kind === 'nnspec' ? sweepOver(content.parsed, cell, vary) : undefined;
    if (!found || 'problems' in found) {
      return [];
    }
    return Array.from({ length: found.sweep.count }, (_, index) => {
      const { parsed, values } = runAt(found.sweep, index);
      const name = Object.values(values).map(showWritten).join(', ');
      return { name, parsed: { ...parsed, text: runText(found.sweep, index) } };
    });
  }

  async #walk(
    cell: vscode.NotebookCell,
    { cell: named, sample, edit }: WalkBlock,
    show: Show,
    token: vscode.CancellationToken,
  ): Promise<boolean> {
    const { content } = this.lesson.lesson.blocks.find((each) => nameOf(each) === named.name) ?? {};
    const opened =
      content?.kind === 'nnspec'
        ? await this.#open(content.parsed, [], token)
        : { failure: { message: t('The cell “{0}” has an error.', named.name) } };
    if ('failure' in opened) {
      await show(failureOutput([opened.failure.message]));
      return false;
    }
    const count = opened.run.details.started?.samples.train ?? 0;
    if (sample > count) {
      opened.run.dispose();
      await show(failureOutput([t('There are {0} samples, so none has the number {1}.', count, sample)]));
      return false;
    }
    this.#adopt(cell.document.uri.toString(), opened.run);
    await show({ kind: 'walk', run: opened.run.id, sample: sample - 1, edit });
    return true;
  }

  #expectationsOf(name: string | undefined): Expectation[] {
    return this.lesson.lesson.blocks.flatMap(({ content }) =>
      content?.kind === 'question' && content.of?.name === name && content.answer.kind === 'expect'
        ? [content.answer.expect]
        : [],
    );
  }

  /** The values of all computations that stand before a question. */
  #valuesBefore(question: QuestionBlock): Map<string, Value> {
    const values = new Map<string, Value>();
    for (const { content } of this.lesson.lesson.blocks) {
      if (content?.kind === 'question' && content.id.name === question.id.name) {
        break;
      }
      for (const { name, value } of content?.kind === 'compute' ? content.lines : []) {
        values.set(name, value);
      }
    }
    return values;
  }
}

function keyOf({ content }: PlacedBlock): string {
  return (content?.kind === 'compare' || content?.kind === 'measure' ? content.name : undefined) ?? '';
}

const nothing = { x: new Float64Array(), y: new Float64Array(), final: [] };

function nameOf({ content }: PlacedBlock): string | undefined {
  return content?.kind === 'nnspec' ? content.name : undefined;
}

function requestOf({ uri }: vscode.NotebookDocument, parsed: ParsedSpec, asked: readonly Expectation[]): TrainRequest {
  const spec = parsed.spec as Spec;
  return {
    specUri: uri,
    spec: { ...spec, expect: [...spec.expect, ...asked] },
    specText: parsed.text,
    fileName: fileNameOf(uri),
    layerLines: layerRanges(parsed).map(({ typeRange }) => typeRange.start.line),
  };
}

/** Trains a run that waits; cancelling stops it. */
async function trainToEnd(run: Run, token: vscode.CancellationToken): Promise<void> {
  const stop = token.onCancellationRequested(() => inBackground(run.stop()));
  try {
    await run.ask('resume', null);
    if (token.isCancellationRequested) {
      await run.stop();
    }
    await run.concluded;
  } finally {
    stop.dispose();
  }
}

function comparedRun(name: string, run: Run): ComparedLessonRun {
  const { loss } = run.series();
  const { ended, failure } = run.details;
  const reason = ended?.divergence?.message ?? failure?.message;
  return {
    name,
    x: loss?.x ?? nothing.x,
    y: loss?.y ?? nothing.y,
    final: [...(ended?.final.train ?? [])],
    ...(reason !== undefined && { failure: reason }),
  };
}

function shortNumber(value = Number.NaN): string {
  return String(Number(value.toPrecision(4)));
}
