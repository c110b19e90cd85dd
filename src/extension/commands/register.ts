import * as vscode from 'vscode';
import type { Features, LoadFeatures } from '../loadFeatures';
import type { Services } from '../services';
import { errorToShow } from '../words/messages';
import type { TrainOptions } from './train';

type Command = (features: Features, services: Services, argument: unknown, ...more: readonly unknown[]) => unknown;

/** Every command of the manifest. */
const commands: Readonly<Record<string, Command>> = {
  train: (features, services, argument, options) =>
    features.train(services, argument, options as TrainOptions | undefined),
  crossValidate: (features, services, argument) => features.train(services, argument, { inFolds: true }),
  stop: (features, services, argument) => features.control(services, argument, 'stop'),
  pause: (features, services, argument) => features.control(services, argument, 'pause'),
  resume: (features, services, argument) => features.control(services, argument, 'resume'),
  stepBatch: (features, services, argument) => features.step(services, argument, 'batch'),
  stepEpoch: (features, services, argument) => features.step(services, argument, 'epoch'),
  restart: (features, services, argument) => features.restart(services, argument),
  showData: (features, services, argument) => features.showData(services, argument),
  showPanel: (features, services, argument) => features.showPanel(services, argument),
  saveWeights: (features, services, argument, target) => features.saveWeights(services, argument, target),
  loadWeights: (features, services, argument, source) => features.loadWeights(services, argument, source),
  saveCheckpoint: (features, services, argument, target) => features.saveCheckpoint(services, argument, target),
  resumeFromCheckpoint: (features, services, argument, source) =>
    features.resumeFromCheckpoint(services, argument, source),
  resumeRun: (features, services, argument) => features.resumeRun(services, argument),
  forkRun: (features, services, argument) => features.forkRun(services, argument),
  openRun: (features, services, argument) => features.openRun(services, argument),
  starRun: (features, services, argument) => features.starRun(services, argument, true),
  unstarRun: (features, services, argument) => features.starRun(services, argument, false),
  noteRun: (features, services, argument) => features.noteRun(services, argument),
  deleteRun: (features, services, argument) => features.deleteRun(services, argument),
  compareRuns: (features, services, argument) => features.compareRuns(services, argument),
  compareSpec: (features, services, argument) => features.compareSpec(services, argument),
  compareRunSpecs: (features, services, argument) => features.compareRunSpecs(services, argument),
  restoreSpec: (features, services, argument) => features.restoreSpec(services, argument),
  repeatRun: (features, services, argument) => features.repeatRun(services, argument),
  exportRun: (features, services, argument, format, target) => features.exportRun(services, argument, format, target),
  export: (features, services, argument, format, target) => features.exportNetwork(services, argument, format, target),
  copyRunId: (features, services, argument) => features.copyRunId(services, argument),
  revealRun: (features, services, argument) => features.revealRun(services, argument),
  refreshRuns: (features, services) => features.refreshRuns(services),
  checkGradients: (features, services, argument) => features.checkGradients(services, argument),
  findLearningRate: (features, services, argument) => features.findLearningRate(services, argument),
  collapseLayers: (features, services, argument) => features.collapseLayers(services, argument),
  compareActivations: (features, services, argument) => features.compareActivations(services, argument),
  watchOneLayer: (features, services) => features.watchOneLayer(services),
  learnTruthTables: (features, services) => features.learnTruthTables(services),
  compareLinear: (features, services, argument) => features.compareLinear(services, argument),
  predictFromCsv: (features, services, argument, source) => features.predictFromCsv(services, argument, source),
  evaluateOnFile: (features, services, argument, source) => features.evaluateOnFile(services, argument, source),
  showActivationGallery: (features, { extensionUri }, name) =>
    features.showGallery(extensionUri, typeof name === 'string' ? name : undefined),
  openLesson: (features, services, argument) => features.openLesson(services, argument),
  newFromExample: (features, { extensionUri }, file) => features.newFromExample(extensionUri, file),
  newFromCsv: (features, services, argument) => features.newFromCsv(services, argument),
  newSpec: ({ newSpec }) => newSpec(),
  newLesson: ({ newLesson }) => newLesson(),
  resetLesson: (features, services) => features.resetLesson(services),
  showEffectiveSpec: (features, services, argument) => features.showEffectiveSpec(services, argument),
  deleteStoredData: (features, services) => features.deleteStoredData(services),
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
