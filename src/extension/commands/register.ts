import * as vscode from 'vscode';
import type { Features, LoadFeatures } from '../loadFeatures';
import type { Services } from '../services';
import { errorToShow } from '../words/messages';
import type { TrainOptions } from './train';

type Command = (features: Features, services: Services, argument: unknown, ...more: readonly unknown[]) => unknown;

/** Every command of the manifest. */
const commands: Readonly<Record<string, Command>> = {
  train: ({ train }, services, argument, options) => train(services, argument, options as TrainOptions | undefined),
  crossValidate: ({ train }, services, argument) => train(services, argument, { inFolds: true }),
  stop: ({ control }, services, argument) => control(services, argument, 'stop'),
  pause: ({ control }, services, argument) => control(services, argument, 'pause'),
  resume: ({ control }, services, argument) => control(services, argument, 'resume'),
  stepBatch: ({ step }, services, argument) => step(services, argument, 'batch'),
  stepEpoch: ({ step }, services, argument) => step(services, argument, 'epoch'),
  restart: ({ restart }, services, argument) => restart(services, argument),
  showData: ({ showData }, services, argument) => showData(services, argument),
  showPanel: ({ showPanel }, services, argument) => showPanel(services, argument),
  saveWeights: ({ saveWeights }, services, argument, target) => saveWeights(services, argument, target),
  loadWeights: ({ loadWeights }, services, argument, source) => loadWeights(services, argument, source),
  saveCheckpoint: ({ saveCheckpoint }, services, argument, target) => saveCheckpoint(services, argument, target),
  resumeFromCheckpoint: ({ resumeFromCheckpoint }, services, argument, source) =>
    resumeFromCheckpoint(services, argument, source),
  resumeRun: ({ resumeRun }, services, argument) => resumeRun(services, argument),
  forkRun: ({ forkRun }, services, argument) => forkRun(services, argument),
  openRun: ({ openRun }, services, argument) => openRun(services, argument),
  starRun: ({ starRun }, services, argument) => starRun(services, argument, true),
  unstarRun: ({ starRun }, services, argument) => starRun(services, argument, false),
  noteRun: ({ noteRun }, services, argument) => noteRun(services, argument),
  deleteRun: ({ deleteRun }, services, argument) => deleteRun(services, argument),
  compareRuns: ({ compareRuns }, services, argument) => compareRuns(services, argument),
  compareSpec: ({ compareSpec }, services, argument) => compareSpec(services, argument),
  compareRunSpecs: ({ compareRunSpecs }, services, argument) => compareRunSpecs(services, argument),
  restoreSpec: ({ restoreSpec }, services, argument) => restoreSpec(services, argument),
  repeatRun: ({ repeatRun }, services, argument) => repeatRun(services, argument),
  exportRun: ({ exportRun }, services, argument, format, target) => exportRun(services, argument, format, target),
  copyRunId: ({ copyRunId }, services, argument) => copyRunId(services, argument),
  revealRun: ({ revealRun }, services, argument) => revealRun(services, argument),
  refreshRuns: ({ refreshRuns }, services) => refreshRuns(services),
  checkGradients: ({ checkGradients }, services, argument) => checkGradients(services, argument),
  findLearningRate: ({ findLearningRate }, services, argument) => findLearningRate(services, argument),
  collapseLayers: ({ collapseLayers }, services, argument) => collapseLayers(services, argument),
  compareActivations: ({ compareActivations }, services, argument) => compareActivations(services, argument),
  watchOneLayer: ({ watchOneLayer }, services) => watchOneLayer(services),
  learnTruthTables: ({ learnTruthTables }, services) => learnTruthTables(services),
  compareLinear: ({ compareLinear }, services, argument) => compareLinear(services, argument),
  predictFromCsv: ({ predictFromCsv }, services, argument, source) => predictFromCsv(services, argument, source),
  evaluateOnFile: ({ evaluateOnFile }, services, argument, source) => evaluateOnFile(services, argument, source),
  showActivationGallery: ({ showGallery }, { extensionUri }, name) =>
    showGallery(extensionUri, typeof name === 'string' ? name : undefined),
  openLesson: ({ openLesson }, services, argument) => openLesson(services, argument),
  newFromExample: ({ newFromExample }, { extensionUri }, file) => newFromExample(extensionUri, file),
  newFromCsv: ({ newFromCsv }, services, argument) => newFromCsv(services, argument),
  newSpec: ({ newSpec }) => newSpec(),
  newLesson: ({ newLesson }) => newLesson(),
  resetLesson: ({ resetLesson }, services) => resetLesson(services),
  showEffectiveSpec: ({ showEffectiveSpec }, services, argument) => showEffectiveSpec(services, argument),
  deleteStoredData: ({ deleteStoredData }, services) => deleteStoredData(services),
  showOutput: (_features, { log }) => log.show(true),
};

/** Registers the commands. An error is logged with its stack, and the editor shows its message. */
export function registerCommands(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  services: () => Promise<Services>,
  loadFeatures: LoadFeatures,
): void {
  for (const [name, command] of Object.entries(commands)) {
    const run = async (argument: unknown, ...more: unknown[]) => {
      try {
        const [features, ready] = await Promise.all([loadFeatures(), services()]);
        // Menus also pass a list of the selected files, which no command uses.
        return await command(features, ready, argument, ...more.filter((each) => !Array.isArray(each)));
      } catch (error) {
        log.error(error instanceof Error ? error : String(error));
        throw errorToShow(error);
      }
    };
    context.subscriptions.push(vscode.commands.registerCommand(`nnspec.${name}`, run));
  }
}
