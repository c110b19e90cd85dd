import * as vscode from 'vscode';
import type { Features, LoadFeatures } from '../loadFeatures';
import type { Services } from '../services';

type Command = (services: Services, argument: unknown, ...more: readonly unknown[]) => unknown;

/** Every command of the manifest. */
const commands: Readonly<Record<string, (features: Features) => Command>> = {
  train: ({ train }) => train as Command,
  stop:
    ({ control }) =>
    (services, argument) =>
      control(services, argument, 'stop'),
  pause:
    ({ control }) =>
    (services, argument) =>
      control(services, argument, 'pause'),
  resume:
    ({ control }) =>
    (services, argument) =>
      control(services, argument, 'resume'),
  stepBatch:
    ({ step }) =>
    (services, argument) =>
      step(services, argument, 'batch'),
  stepEpoch:
    ({ step }) =>
    (services, argument) =>
      step(services, argument, 'epoch'),
  restart: ({ restart }) => restart,
  showPanel: ({ showPanel }) => showPanel,
  saveWeights: ({ saveWeights }) => saveWeights,
  loadWeights: ({ loadWeights }) => loadWeights,
  saveCheckpoint: ({ saveCheckpoint }) => saveCheckpoint,
  resumeFromCheckpoint: ({ resumeFromCheckpoint }) => resumeFromCheckpoint,
  checkGradients: ({ checkGradients }) => checkGradients,
  predictFromCsv: ({ predictFromCsv }) => predictFromCsv,
  showActivationGallery:
    ({ showGallery }) =>
    ({ extensionUri }, name) =>
      showGallery(extensionUri, typeof name === 'string' ? name : undefined),
  newFromExample:
    ({ newFromExample }) =>
    ({ extensionUri }) =>
      newFromExample(extensionUri),
  newFromCsv: ({ newFromCsv }) => newFromCsv,
  newSpec: ({ newSpec }) => newSpec,
  showEffectiveSpec: ({ showEffectiveSpec }) => showEffectiveSpec,
  showOutput: () => (services) => services.log.show(true),
};

/** Registers the commands. What one throws is logged whole, and the editor shows its message. */
export function registerCommands(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  services: () => Promise<Services>,
  loadFeatures: LoadFeatures,
): void {
  for (const [name, commandOf] of Object.entries(commands)) {
    const run = async (argument: unknown, ...more: unknown[]) => {
      try {
        const [features, ready] = await Promise.all([loadFeatures(), services()]);
        const command = commandOf(features);
        // Menus hand over lists of selected files; a spec's options are an object made by the caller.
        return await command(ready, argument, ...more.filter((each) => !Array.isArray(each)));
      } catch (error) {
        log.error(error instanceof Error ? error : String(error));
        throw error;
      }
    };
    context.subscriptions.push(vscode.commands.registerCommand(`nnspec.${name}`, run));
  }
}
