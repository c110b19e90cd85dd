import * as vscode from 'vscode';
import type { Features, LoadFeatures } from '../loadFeatures';
import type { Services } from '../services';
import { errorToShow } from '../words/messages';
import type { TrainOptions } from './train';

type Feature = (services: Services, argument: unknown, ...more: readonly unknown[]) => unknown;
type Command = (features: Features, ...rest: Parameters<Feature>) => unknown;

/** Commands that are done by the feature of their name. */
const named = [
  'restart',
  'showData',
  'showPanel',
  'saveWeights',
  'loadWeights',
  'saveCheckpoint',
  'resumeFromCheckpoint',
  'resumeRun',
  'forkRun',
  'openRun',
  'noteRun',
  'deleteRun',
  'compareRuns',
  'compareSpec',
  'compareRunSpecs',
  'restoreSpec',
  'repeatRun',
  'exportRun',
  'copyRunId',
  'revealRun',
  'refreshRuns',
  'checkGradients',
  'findLearningRate',
  'collapseLayers',
  'compareActivations',
  'watchOneLayer',
  'learnTruthTables',
  'compareLinear',
  'predictFromCsv',
  'evaluateOnFile',
  'openLesson',
  'newFromCsv',
  'resetLesson',
  'showEffectiveSpec',
  'deleteStoredData',
] as const satisfies readonly (keyof Features)[];

/** Every command of the manifest. */
const commands: Readonly<Record<string, Command>> = {
  ...Object.fromEntries(
    named.map((name): [string, Command] => [name, (all, ...rest) => (all[name] as Feature)(...rest)]),
  ),
  train: (features, services, argument, options) =>
    features.train(services, argument, options as TrainOptions | undefined),
  crossValidate: (features, services, argument) => features.train(services, argument, { inFolds: true }),
  stop: (features, services, argument) => features.control(services, argument, 'stop'),
  pause: (features, services, argument) => features.control(services, argument, 'pause'),
  resume: (features, services, argument) => features.control(services, argument, 'resume'),
  stepBatch: (features, services, argument) => features.step(services, argument, 'batch'),
  stepEpoch: (features, services, argument) => features.step(services, argument, 'epoch'),
  starRun: (features, services, argument) => features.starRun(services, argument, true),
  unstarRun: (features, services, argument) => features.starRun(services, argument, false),
  export: (features, services, argument, format, target) => features.exportNetwork(services, argument, format, target),
  showActivationGallery: (features, { extensionUri }, name) =>
    features.showGallery(extensionUri, typeof name === 'string' ? name : undefined),
  newFromExample: (features, { extensionUri }, file) => features.newFromExample(extensionUri, file),
  newSpec: ({ newSpec }) => newSpec(),
  newLesson: ({ newLesson }) => newLesson(),
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
