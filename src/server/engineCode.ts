/** Exports of the web worker's bundle for Node's engine process: the package holds the engine only once. */
export { config } from '@vscode/l10n';
export { computeProof } from '../engine';
export { EngineServer } from './engineServer';
export { PyTorchServer } from './pytorch/pytorchServer';
