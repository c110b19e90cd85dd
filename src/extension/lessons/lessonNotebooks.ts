/** Runs the cells of open lessons, feeds their outputs and judges answers. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { packArrays, unpackArrays } from '../../common/jsonNumbers';
import { messageOf } from '../../common/messageOf';
import type { QuestionBlock } from '../../lessons/blocks/question';
import { cellLanguages } from '../../lessons/notebook';
import type { ChartFile } from '../../protocol/chartFile';
import {
  isFromLesson,
  isFromQuestion,
  type Judged,
  type LessonOutput,
  lessonOutputType,
  lessonRenderer,
  questionRenderer,
  type ShownQuestion,
  type ToLesson,
  type ToQuestion,
} from '../../protocol/lesson';
import { panelBoot } from '../panel/html';
import type { RunManager } from '../runs/runManager';
import { inBackground } from '../words/background';
import { LessonDiagnostics } from './lessonDiagnostics';
import { LessonSession } from './lessonSession';
import { curveAskedFor, failureOutput } from './outputs';
import { type LessonProgress, lessonId } from './progress';
import { lessonType, readLesson } from './readLesson';

const controllerId = 'nnspec.lesson';

/** The actions of the extension that a lesson can trigger. */
interface LessonActions {
  saveChart(lesson: vscode.Uri, file: ChartFile): void;
  /** Logs a message that no output can have sent. */
  noteUnknown(message: unknown): void;
}

export class LessonNotebooks implements Disposable {
  readonly progress: LessonProgress;
  readonly #runs: RunManager;
  readonly #actions: LessonActions;
  readonly #controller = vscode.notebooks.createNotebookController(controllerId, lessonType, 'NNSpec');
  readonly #outputs = vscode.notebooks.createRendererMessaging(lessonRenderer);
  readonly #questions = vscode.notebooks.createRendererMessaging(questionRenderer);
  readonly #sessions = new Map<string, LessonSession>();
  readonly #disposables: vscode.Disposable[];
  #order = 0;

  constructor(runs: RunManager, progress: LessonProgress, actions: LessonActions) {
    this.#runs = runs;
    this.progress = progress;
    this.#actions = actions;
    this.#controller.supportedLanguages = Object.values(cellLanguages);
    this.#controller.supportsExecutionOrder = false;
    this.#controller.description = t('Trains the networks of a lesson');
    this.#controller.executeHandler = (cells, notebook) => this.#executeAll(cells, notebook);
    this.#disposables = [
      this.#controller,
      new LessonDiagnostics(),
      this.#outputs.onDidReceiveMessage(({ editor, message }) => this.#receive(editor, message)),
      this.#questions.onDidReceiveMessage(({ editor, message }) => inBackground(this.#answer(editor, message))),
      this.#controller.onDidChangeSelectedNotebooks(({ notebook, selected }) => {
        if (selected) {
          inBackground(this.#showComputed(notebook));
        }
      }),
      vscode.window.onDidChangeActiveNotebookEditor((editor) => this.#select(editor)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#select(vscode.window.activeNotebookEditor)),
      vscode.workspace.onDidCloseNotebookDocument(({ uri }) => {
        this.#sessions.get(uri.toString())?.dispose();
        this.#sessions.delete(uri.toString());
      }),
    ];
    this.#select(vscode.window.activeNotebookEditor);
  }

  dispose(): void {
    for (const each of [...this.#sessions.values(), ...this.#disposables]) {
      each.dispose();
    }
  }

  /** Forgets the answers to a lesson's questions, and takes away its outputs. */
  async reset(notebook: vscode.NotebookDocument): Promise<void> {
    await this.progress.reset(this.#idOf(notebook));
    this.#sessions.get(notebook.uri.toString())?.dispose();
    this.#sessions.delete(notebook.uri.toString());
    await vscode.commands.executeCommand('notebook.clearAllCellsOutputs');
    for (const { content } of readLesson(notebook).lesson.blocks) {
      if (content?.kind === 'question') {
        await this.#postQuestion({ type: 'question', id: content.id.name, question: this.#shown(content, notebook) });
      }
    }
    await this.#showComputed(notebook);
  }

  /** Chooses this controller, the only one for lessons, so that nobody is asked to. */
  #select(editor: vscode.NotebookEditor | undefined): void {
    if (editor?.notebook.notebookType === lessonType && vscode.workspace.isTrusted) {
      const { id } = this.#controller;
      inBackground(
        vscode.commands.executeCommand('notebook.selectKernel', {
          id,
          extension: 'nnspec.nnspec',
          notebookEditor: editor,
        }),
      );
    }
  }

  /** Plots and computations need no training, so they are shown from the beginning. */
  async #showComputed(notebook: vscode.NotebookDocument, after = -1): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      return;
    }
    const quick: readonly string[] = [cellLanguages.plot, cellLanguages.compute];
    for (const cell of notebook.getCells().filter(({ index }) => index > after)) {
      if (quick.includes(cell.document.languageId)) {
        await this.#execute(cell);
      }
    }
  }

  async #executeAll(cells: readonly vscode.NotebookCell[], notebook: vscode.NotebookDocument): Promise<void> {
    for (const cell of cells) {
      await this.#execute(cell);
      if (cell.document.languageId === cellLanguages.compute && cells.length === 1) {
        // Later computations may use its values.
        await this.#showComputed(notebook, cell.index);
      }
    }
  }

  /** True if the cell came to its end without a failure. */
  async #execute(cell: vscode.NotebookCell): Promise<boolean> {
    if (!vscode.workspace.isTrusted || cell.notebook.isClosed) {
      return false;
    }
    const execution = this.#controller.createNotebookCellExecution(cell);
    this.#order += 1;
    execution.executionOrder = this.#order;
    execution.start(Date.now());
    const show = (output: LessonOutput) => execution.replaceOutput(cellOutput(output));
    let succeeded = false;
    try {
      await execution.clearOutput();
      succeeded = await this.#sessionOf(cell.notebook).run(cell, show, execution.token);
    } catch (error) {
      await show(failureOutput([messageOf(error)]));
    } finally {
      execution.end(succeeded, Date.now());
    }
    return succeeded;
  }

  #sessionOf(notebook: vscode.NotebookDocument): LessonSession {
    const key = notebook.uri.toString();
    let session = this.#sessions.get(key);
    if (!session) {
      session = new LessonSession(
        notebook,
        this.#runs,
        (run, message) => this.#post({ type: 'run', run, message }),
        (cell) => this.#execute(cell),
      );
      this.#sessions.set(key, session);
    }
    return session;
  }

  #post(message: ToLesson): Thenable<boolean> {
    return this.#outputs.postMessage(packArrays(message));
  }

  #receive(editor: vscode.NotebookEditor, packed: unknown): void {
    const message = unpackArrays(packed);
    if (!isFromLesson(message)) {
      this.#actions.noteUnknown(message);
      return;
    }
    switch (message.type) {
      case 'boot':
        inBackground(this.#post({ type: 'boot', boot: panelBoot() }));
        return;
      case 'saveFile':
        this.#actions.saveChart(editor.notebook.uri, message);
        return;
      case 'curve': {
        const curve = curveAskedFor(message);
        if (curve) {
          inBackground(this.#post({ type: 'curve', id: message.id, curve }));
        }
        return;
      }
      case 'run': {
        const feed = this.#sessionOf(editor.notebook).feedOf(message.run);
        if (feed) {
          feed.receive(message.message);
        } else {
          inBackground(this.#post({ type: 'gone', run: message.run }));
        }
        return;
      }
    }
  }

  async #answer(editor: vscode.NotebookEditor, message: unknown): Promise<void> {
    if (!isFromQuestion(message)) {
      this.#actions.noteUnknown(message);
      return;
    }
    const { notebook } = editor;
    if (message.type === 'boot') {
      await this.#postQuestion({ type: 'boot', boot: panelBoot() });
      return;
    }
    const { id } = message;
    if (message.type === 'question') {
      const question = questionIn(notebook, id);
      await this.#postQuestion({ type: 'question', id, question: question && this.#shown(question, notebook) });
    } else {
      await this.#postQuestion({ type: 'judged', id, judged: await this.judge(notebook, id, message.given) });
    }
  }

  /** Judges the answer to a question: a number, or a choice by its index. A right one is kept. */
  async judge(notebook: vscode.NotebookDocument, id: string, given: number): Promise<Judged> {
    const question = questionIn(notebook, id);
    if (!question) {
      return { right: false, message: t('This question has an error. Problems tells which.') };
    }
    if (!vscode.workspace.isTrusted) {
      return { right: false, message: t('Answers are checked once you trust this workspace.') };
    }
    const judged = await this.#sessionOf(notebook).judge(question, given);
    if (judged.right) {
      await this.progress.keep(this.#idOf(notebook), id);
    }
    return judged;
  }

  #postQuestion(message: ToQuestion): Thenable<boolean> {
    return this.#questions.postMessage(message);
  }

  #shown({ id, ask, answer, hint, explain, of }: QuestionBlock, notebook: vscode.NotebookDocument): ShownQuestion {
    const answered = this.progress.answered(this.#idOf(notebook)).has(id.name);
    return {
      id: id.name,
      ask,
      answer: answer.kind,
      choices: answer.kind === 'choice' ? answer.choices : [],
      hint,
      expect: answer.kind === 'expect' ? answer.expect.text : undefined,
      cell: of?.name,
      answered,
      explain: answered ? explain : undefined,
    };
  }

  #idOf(notebook: vscode.NotebookDocument): string {
    return lessonId(readLesson(notebook).lesson.front, notebook.uri);
  }
}

function questionIn(notebook: vscode.NotebookDocument, id: string): QuestionBlock | undefined {
  return readLesson(notebook)
    .lesson.blocks.map(({ content }) => content)
    .find((content): content is QuestionBlock => content?.kind === 'question' && content.id.name === id);
}

function cellOutput(output: LessonOutput): vscode.NotebookCellOutput {
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.json(packArrays(output), lessonOutputType)]);
}
