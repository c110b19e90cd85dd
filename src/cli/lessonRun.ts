/** Runs the blocks of a lesson in their order. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import type { TagValues } from '../common/tagValues';
import { type ParsedSpec, runAt, runText, showWritten } from '../language';
import { isNear, namesWith, numberAsked } from '../lessons/answers';
import type { MeasureBlock } from '../lessons/blocks/measure';
import type { QuestionBlock } from '../lessons/blocks/question';
import type { CompareBlock } from '../lessons/blocks/references';
import { lowered } from '../lessons/faults';
import type { Block, Lesson, PlacedBlock, TrainBlock } from '../lessons/lesson';
import {
  type ComparedRun,
  comparedValuesOf,
  gradientValuesOf,
  type JudgedValue,
  judgeValues,
  tableValuesOf,
} from '../lessons/measured';
import type { Value } from '../lessons/values';
import { sweepOver } from '../lessons/variations';
import type { Ended, Failure, Started } from '../protocol/engine';
import { endEvent } from '../protocol/runEvents';
import type { Expectation, Spec } from '../spec/spec';
import { answerOf, withEngine } from './askNetwork';
import { type CliIo, exitStatus, type Output } from './io';
import type { FileProblem } from './problemOutput';
import { short } from './report/format';
import type { TrainReport } from './report/report';
import { trainSpec } from './trainRun';

/** The result of one block. */
export interface Checked {
  readonly kind: PlacedBlock['kind'];
  /** Zero-based line of its first line. */
  readonly line: number;
  readonly ok: boolean;
  readonly faults: readonly Fault[];
  readonly runs: number;
  /** Fields of the event. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Places are zero-based. */
interface Fault {
  readonly line: number;
  readonly column?: number;
  /** Another file than the lesson: one with data. */
  readonly file?: string;
  readonly message: string;
}

/** A run that came to its end. */
interface Run {
  readonly started: Started;
  readonly ended: Ended;
}

export class LessonRun {
  readonly #path: string;
  readonly #lesson: Lesson;
  readonly #io: CliIo;
  readonly #runs = new Map<string, Run>();
  readonly #values = new Map<string, Value>();
  /** Values of the comparisons and measurements that have a name. */
  readonly #measured = new Map<string, TagValues>();

  constructor(path: string, lesson: Lesson, io: CliIo) {
    this.#path = path;
    this.#lesson = lesson;
    this.#io = io;
  }

  async *results(): AsyncGenerator<Checked | 'interrupted'> {
    for (const block of this.#lesson.blocks) {
      if (block.content) {
        const checked = await this.#check(block.content, block);
        yield checked;
        if (checked === 'interrupted') {
          return;
        }
      }
    }
  }

  async #check(content: Block, { kind, line }: PlacedBlock): Promise<Checked | 'interrupted'> {
    const result = (messages: readonly string[], details: object = {}): Checked => ({
      kind,
      line,
      ok: messages.length === 0,
      faults: messages.map((message) => ({ line, message })),
      runs: 0,
      details: { ...details },
    });
    switch (content.kind) {
      case 'nnspec':
        return this.#cell(content, line);
      case 'compare':
        return this.#compare(content, line);
      case 'compute':
        for (const { name, value } of content.lines) {
          this.#values.set(name, value);
        }
        return result([], { values: Object.fromEntries(content.lines.map(({ name, value }) => [name, value])) });
      case 'plot':
        return result([]);
      case 'measure':
        return this.#measure(content, line);
      case 'walk': {
        const { samples } = this.#runs.get(content.cell.name)?.started ?? {};
        const count = samples ? samples.train + samples.validation + samples.test : 0;
        return result(
          content.sample > count
            ? [t('There are {0} samples, so none has the number {1}.', count, content.sample)]
            : [],
        );
      }
      case 'question':
        return this.#question(content, line);
      default:
        return assertNever(content);
    }
  }

  /** Trains a cell, with the expectations of the questions about it beside its own. */
  async #cell({ name, parsed }: TrainBlock, line: number): Promise<Checked | 'interrupted'> {
    const report = await this.#train(parsed, name, line, this.#expectationsOf(name));
    if (report === 'interrupted') {
      return report;
    }
    const { ended, started, faults } = report;
    if (!ended || !started) {
      return { kind: 'nnspec', line, ok: false, faults, runs: 1, details: { name: name ?? null } };
    }
    this.#runs.set(name ?? '', { ended, started });
    const own = ended.expect.slice(0, parsed.spec?.expect.length);
    const missed = own.filter(({ ok }) => !ok).map((each) => ({ line, message: missedText(each) }));
    const diverged = ended.divergence ? [{ line, message: ended.divergence.message }] : [];
    const all = [...diverged, ...missed];
    const { reason, final, expect } = endEvent({ ...ended, expect: own }, started);
    return {
      kind: 'nnspec',
      line,
      ok: all.length === 0,
      faults: all,
      runs: 1,
      details: { name: name ?? null, reason, final, expect },
    };
  }

  /** The runs of a comparison may miss what their cell expects, or diverge: they are shown to be compared. */
  async #compare({ name, cells, vary, expect }: CompareBlock, line: number): Promise<Checked | 'interrupted'> {
    const faults: Fault[] = [];
    const runs: object[] = [];
    const compared: ComparedRun[] = [];
    for (const cell of vary.length > 0 ? cells : []) {
      for await (const varied of this.#varied(cell.name, vary, [])) {
        if (varied === 'interrupted') {
          return varied;
        }
        const { values, report } = varied;
        faults.push(...report.faults);
        compared.push({ diverged: report.ended?.divergence !== undefined, final: report.ended?.final });
        runs.push({
          cell: cell.name,
          values,
          ...(report.ended && { final: endEvent(report.ended, report.started).final }),
        });
      }
    }
    const values = comparedValuesOf(compared);
    return this.#judged({ name, expect }, values, {
      kind: 'compare',
      line,
      faults,
      runs: runs.length,
      details: { runs },
    });
  }

  /** The runs of a cell with other settings, one after the other. */
  async *#varied(name: string, vary: CompareBlock['vary'], asked: readonly Expectation[]) {
    const cell = this.#lesson.blocks.find(({ content }) => content?.kind === 'nnspec' && content.name === name);
    const found = cell?.content?.kind === 'nnspec' ? sweepOver(cell.content.parsed, name, vary) : undefined;
    if (!cell || !found || 'problems' in found) {
      return;
    }
    for (let index = 0; index < found.sweep.count; index += 1) {
      const { parsed, values } = runAt(found.sweep, index);
      const varied = { ...parsed, text: runText(found.sweep, index) };
      const report = await this.#train(varied, name, cell.line, asked);
      if (report === 'interrupted') {
        yield report;
        return;
      }
      const chosen = Object.entries(values).map(([path, value]) => `${path} = ${showWritten(value)}`);
      for (const [at, fault] of report.faults.entries()) {
        report.faults[at] = { ...fault, message: t('With {0}: {1}', chosen.join(', '), fault.message) };
      }
      yield { values, report };
    }
  }

  async #measure({ name, what, cell, expect }: MeasureBlock, line: number): Promise<Checked | 'interrupted'> {
    const found = await this.#valuesOf(what, cell?.name);
    if (found === 'cancelled') {
      return 'interrupted';
    }
    const faults =
      'message' in found
        ? [{ line, message: found.message }]
        : 'problems' in found
          ? found.problems.map(({ message }) => ({ line, message }))
          : [];
    const values = 'values' in found ? found.values : [];
    const details = { what, values: Object.fromEntries(values) };
    return this.#judged({ name, expect }, values, { kind: 'measure', line, faults, runs: 0, details });
  }

  async #valuesOf(what: MeasureBlock['what'], name: string | undefined) {
    switch (what) {
      case 'truth_tables': {
        const reply = await withEngine(this.#path, this.#io, (client) => client.ask('learnTruthTables', null));
        if (reply === 'cancelled' || 'problems' in reply || 'message' in reply) {
          return reply;
        }
        return 'ok' in reply ? { values: tableValuesOf(reply.ok) } : reply.err;
      }
      case 'gradients': {
        const file = this.#fileOf(name);
        const answer = file && (await answerOf('compareActivations', this.#path, file, this.#io));
        return answer && typeof answer !== 'string' && 'result' in answer
          ? { values: gradientValuesOf(answer.result) }
          : (answer ?? { values: [] });
      }
      default:
        return assertNever(what);
    }
  }

  /** Judges what a block expects of its values, and keeps them for questions. */
  #judged(
    { name, expect }: Pick<MeasureBlock, 'name' | 'expect'>,
    values: TagValues,
    checked: Omit<Checked, 'ok'>,
  ): Checked {
    if (name !== undefined) {
      this.#measured.set(name, values);
    }
    const { line } = checked;
    const missed = (checked.faults.length === 0 ? judgeValues(expect, values) : []).filter(({ ok }) => !ok);
    const faults = [...checked.faults, ...missed.map((each) => ({ line, message: missedText(each) }))];
    return { ...checked, ok: faults.length === 0, faults };
  }

  #fileOf(name: string | undefined) {
    const cell = this.#lesson.blocks.find(({ content }) => content?.kind === 'nnspec' && content.name === name);
    const parsed = cell?.content?.kind === 'nnspec' ? cell.content.parsed : undefined;
    return parsed?.spec && this.#specFile(parsed, parsed.spec, name);
  }

  #specFile(parsed: ParsedSpec, spec: Spec, name: string | undefined) {
    return { parsed, spec, text: parsed.text, fileName: name ?? this.#path, problems: [] };
  }

  async #train(
    parsed: ParsedSpec,
    name: string | undefined,
    line: number,
    asked: readonly Expectation[],
  ): Promise<LessonReport | 'interrupted'> {
    const { spec } = parsed;
    const report = new LessonReport(this.#path, line);
    if (!spec) {
      return report;
    }
    if (spec.training.engine) {
      const message = t('A lesson is trained by the built-in engine: take “engine” out of its spec.');
      report.faults.push({ line, message });
      return report;
    }
    const file = this.#specFile(parsed, { ...spec, expect: [...spec.expect, ...asked] }, name);
    const training = { path: this.#path, json: false, baseline: false };
    const status = await trainSpec(training, file, {}, report, { ...this.#io, stderr: silent });
    return status === exitStatus.interrupted ? 'interrupted' : report;
  }

  #questionsOf(name: string | undefined): QuestionBlock[] {
    return this.#lesson.blocks.flatMap(({ content }) =>
      content?.kind === 'question' && content.of && content.of.name === name ? [content] : [],
    );
  }

  #expectationsOf(name: string | undefined): Expectation[] {
    return this.#questionsOf(name).flatMap(({ answer }) => (answer.kind === 'expect' ? [answer.expect] : []));
  }

  async #question(question: QuestionBlock, line: number): Promise<Checked | 'interrupted'> {
    const { id, of, solution, answer } = question;
    const messages = this.#wrongIn(question);
    let runs = 0;
    if (messages.length === 0 && of && answer.kind === 'expect' && solution.length > 0) {
      for await (const varied of this.#varied(of.name, solution, [answer.expect])) {
        if (varied === 'interrupted') {
          return varied;
        }
        runs += 1;
        const { faults, ended } = varied.report;
        messages.push(...faults.map(({ message }) => message));
        messages.push(...(ended?.expect.slice(-1) ?? []).filter(({ ok }) => !ok).map(missedText));
      }
    }
    const faults = messages.map((message) => ({ line, message }));
    return { kind: 'question', line, ok: faults.length === 0, faults, runs, details: { id: id.name } };
  }

  /** Sentences about what is wrong with the answer that a question gives itself. */
  #wrongIn({ answer, of, solution, wrong }: QuestionBlock): string[] {
    const run = of && this.#runs.get(of.name);
    const measured = of && this.#measured.get(of.name);
    if (of && !run && !measured) {
      return [t('The cell “{0}” has not run before this question.', of.name)];
    }
    switch (answer.kind) {
      case 'choice':
        return [];
      case 'number': {
        const asked = numberAsked(answer, namesWith(this.#values, measured ? { train: measured } : run?.ended.final));
        if (typeof asked === 'string') {
          return [asked];
        }
        const right = [...wrong.keys()].filter((given) => isNear(given, asked, answer.tolerance));
        return right.map((given) => t('{0} counts as wrong, but it is the answer.', given));
      }
      case 'expect': {
        const index = this.#expectationsOf(of?.name).indexOf(answer.expect);
        const own = run ? run.ended.expect.length - this.#expectationsOf(of?.name).length : 0;
        const judged = run?.ended.expect[own + index];
        if (solution.length > 0) {
          return judged?.ok ? [t('The cell meets it as it stands, so nothing is left to find.')] : [];
        }
        return judged?.ok ? [] : [missedText(judged ?? { text: answer.expect.text, value: Number.NaN })];
      }
      default:
        return assertNever(answer);
    }
  }
}

function missedText({ text, value }: Pick<JudgedValue, 'text' | 'value'>): string {
  return t('Not met: {0} (it is {1}).', text, short(value));
}

const silent: Output = { write: () => undefined, redraw: () => undefined, isTTY: false };

/** Keeps how a run ended, and what went wrong at its place in the lesson. */
class LessonReport implements TrainReport {
  readonly #path: string;
  readonly #line: number;
  readonly faults: Fault[] = [];
  started: Started | undefined;
  ended: Ended | undefined;

  constructor(path: string, line: number) {
    this.#path = path;
    this.#line = line;
  }

  start(started: Started): void {
    this.started = started;
  }

  problems(problems: readonly FileProblem[]): void {
    for (const { file, severity, message, range } of problems) {
      if (severity === 'error') {
        const { start } = file === this.#path ? lowered(range, this.#line) : range;
        this.faults.push({ line: start.line, column: start.character, file, message });
      }
    }
  }

  failure({ message }: Failure): void {
    this.faults.push({ line: this.#line, message });
  }

  end(ended: Ended): void {
    this.ended = ended;
  }

  stage(): void {}
  fold(): void {}
  epochs(): void {}
  progress(): void {}
  endWithoutResult(): void {}
  close(): void {}
}
