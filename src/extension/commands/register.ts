import * as vscode from 'vscode';
import type { Services } from '../services';

type Command = (services: Services, argument: unknown, ...more: readonly unknown[]) => unknown;

/** Every command of the manifest, loaded when it is first run. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  train: async () => (await import('./train')).train as Command,
  stop: async () => {
    const { control } = await import('./controls');
    return (services, argument) => control(services, argument, 'stop');
  },
  pause: async () => {
    const { control } = await import('./controls');
    return (services, argument) => control(services, argument, 'pause');
  },
  resume: async () => {
    const { control } = await import('./controls');
    return (services, argument) => control(services, argument, 'resume');
  },
  stepBatch: async () => {
    const { step } = await import('./controls');
    return (services, argument) => step(services, argument, 'batch');
  },
  stepEpoch: async () => {
    const { step } = await import('./controls');
    return (services, argument) => step(services, argument, 'epoch');
  },
  restart: async () => (await import('./controls')).restart,
  showPanel: async () => (await import('./controls')).showPanel,
  saveWeights: async () => (await import('./weights')).saveWeights,
  loadWeights: async () => (await import('./weights')).loadWeights,
  saveCheckpoint: async () => (await import('./checkpoints')).saveCheckpoint,
  resumeFromCheckpoint: async () => (await import('./checkpoints')).resumeFromCheckpoint,
  checkGradients: async () => (await import('./checkGradients')).checkGradients,
  predictFromCsv: async () => (await import('./predictFromCsv')).predictFromCsv,
  showActivationGallery: async () => {
    const { showGallery } = await import('../gallery/galleryPanel');
    return ({ extensionUri }, name) => showGallery(extensionUri, typeof name === 'string' ? name : undefined);
  },
  newFromExample: async () => {
    const { newFromExample } = await import('./newFromExample');
    return ({ extensionUri }) => newFromExample(extensionUri);
  },
  newFromCsv: async () => (await import('./newFromCsv')).newFromCsv,
  newSpec: async () => (await import('./newFromExample')).newSpec,
  showEffectiveSpec: async () => (await import('./effectiveSpec')).showEffectiveSpec,
  showOutput: async () => (services) => services.log.show(true),
};

/** Registers the commands. An error is logged with its stack, and the editor shows its message. */
export function registerCommands(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  services: () => Promise<Services>,
): void {
  for (const [name, load] of Object.entries(commands)) {
    const run = async (argument: unknown, ...more: unknown[]) => {
      try {
        const [command, ready] = await Promise.all([load(), services()]);
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
