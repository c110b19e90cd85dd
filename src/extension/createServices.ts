import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { usualLimits } from '../runs/runRepository';
import { step } from './commands/controls';
import { forkMoment } from './commands/forkRun';
import { applyRun } from './commands/sweep';
import { train } from './commands/train';
import { ComparePanels } from './compare/comparePanels';
import { language } from './l10n';
import type { Diagnostics } from './language/diagnostics';
import { LessonNotebooks } from './lessons/lessonNotebooks';
import { LessonProgress } from './lessons/progress';
import { type Row as LessonsRow, LessonTree } from './lessons/view/lessonTree';
import { chooseEarlier } from './panel/chooseEarlier';
import { EarlierRunsReader } from './panel/earlierRuns';
import { saveChart } from './panel/saveChart';
import { TrainingPanels } from './panel/trainingPanels';
import { Reports } from './reports/reports';
import type { RowsView } from './rowsView';
import { followRuns } from './runs/contextKeys';
import type { LastResults } from './runs/lastResults';
import { openFilm } from './runs/openFilm';
import { watchOutcomes } from './runs/outcomes';
import { RunHomes } from './runs/runHomes';
import { type KeepSettings, RunKeeper } from './runs/runKeeper';
import { RunManager } from './runs/runManager';
import { RunningSweeps } from './runs/runningSweeps';
import { StatusBar } from './runs/statusBar';
import { offerToResume } from './runs/view/interruptedRun';
import type { Row } from './runs/view/runListing';
import { RunTree } from './runs/view/runTree';
import type { Services } from './services';
import { tick } from './walkthrough';
import { inBackground } from './words/background';
import { showWarning } from './words/messages';

/** Creates the services behind the commands, when the first command is run or a panel is restored. */
export function createServices(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  diagnostics: Diagnostics,
  results: LastResults,
  runsView: RowsView<Row>,
  lessonsView: RowsView<LessonsRow>,
): Services {
  const { extensionUri } = context;
  const homes = new RunHomes(context.storageUri ?? context.globalStorageUri);
  const keeper = new RunKeeper(homes, keepSettings, log, (sentence) => inBackground(showWarning(sentence)));
  const runs = new RunManager(extensionUri, keeper, log);
  const earlier = new EarlierRunsReader();
  const noteUnknown = (message: unknown) =>
    log.warn(`A page sent a message that is not known: ${JSON.stringify(message)?.slice(0, 200)}`);
  const panels = new TrainingPanels(extensionUri, runs, {
    restart: (spec) => run('nnspec.restart', spec),
    newSeed: (spec) => inBackground(train(services, spec, { restart: true, newSeed: true })),
    step: (spec, unit) => inBackground(step(services, spec, unit)),
    openLesson: (order) => run('nnspec.openLesson', order),
    showActivation: (name) => run('nnspec.showActivationGallery', name),
    noteUnknown,
    saveWeights: (spec) => run('nnspec.saveWeights', spec),
    saveChart: (spec, file) => inBackground(saveChart(spec, file)),
    compareLinear: (spec) => run('nnspec.compareLinear', spec),
    resumeRun: (spec) => run('nnspec.resumeRun', spec),
    crossValidate: (spec) => run('nnspec.crossValidate', spec),
    earlierRuns: async (shown, question) => {
      await keeper.settled();
      const found = await homes.runsOf(vscode.Uri.parse(shown.specUri));
      return earlier.answer(found, shown, question, { now: new Date(), locale: language() });
    },
    chooseEarlier: (shown, chosen) => chooseEarlier(homes, shown, chosen),
    forkMoment: (shown, step) => inBackground(forkMoment(services, shown, step)),
    openFilm: (shown) => openFilm(shown, homes, runs),
    manageTrust: () => run('workbench.trust.manage'),
    revealLine: (spec, line) => inBackground(revealLine(spec, line)),
  });
  const runTree = new RunTree(runsView, homes, runs, keeper);
  const sweeps = new RunningSweeps();
  const compares = new ComparePanels(extensionUri, runTree, runs, sweeps, {
    act: (action, found) =>
      action === 'apply' ? inBackground(applyRun(services, found)) : run(`nnspec.${action}Run`, found),
    diff: (found) => run('nnspec.compareRunSpecs', found),
    saveChart: (spec, file) => inBackground(saveChart(spec, file)),
    stopSweeps: (ids) => {
      for (const id of ids) {
        sweeps.stop(id);
      }
    },
    noteUnknown,
  });
  const statusBar = new StatusBar(runs);
  const reports = new Reports();
  const progress = new LessonProgress(context.globalState);
  const lessons = new LessonNotebooks(runs, progress, {
    saveChart: (lesson, file) => inBackground(saveChart(lesson, file)),
    noteUnknown,
  });
  progress.onChange(() => tick('answered'));
  const lessonTree = new LessonTree(extensionUri, progress, lessonsView);
  const services: Services = {
    extensionUri,
    log,
    diagnostics,
    runs,
    homes,
    keeper,
    runTree,
    results,
    panels,
    compares,
    sweeps,
    reports,
    lessons,
    lessonTree,
    statusBar,
  };
  context.subscriptions.push(
    panels,
    compares,
    sweeps,
    reports,
    lessons,
    lessonTree,
    statusBar,
    runTree,
    followRuns(runs),
    watchOutcomes(services),
    offerToResume(services, context.workspaceState),
  );
  return services;
}

/** The settings of kept runs, read anew each time. */
const keepSettings: KeepSettings = {
  keep: () => vscode.workspace.getConfiguration('nnspec').get('runs.keep', usualLimits.runs),
  maxSize: () => 1e6 * vscode.workspace.getConfiguration('nnspec').get('runs.maxSize', usualLimits.megabytes),
};

function run(command: string, ...args: readonly unknown[]): void {
  inBackground(vscode.commands.executeCommand(command, ...args));
}

async function revealLine(spec: vscode.Uri, line: number): Promise<void> {
  const position = new vscode.Position(line, 0);
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === spec.toString());
  try {
    await vscode.window.showTextDocument(spec, {
      selection: new vscode.Range(position, position),
      viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
    });
  } catch {
    await showWarning(t('The spec of this run cannot be opened any more.'));
  }
}
