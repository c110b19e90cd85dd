/** Exports of the web worker's bundle for Node's engine process, so that the package holds the engine once. */
export { config } from '@vscode/l10n';
export { computeProof } from '../engine';
export { EngineServer } from './engineServer';
