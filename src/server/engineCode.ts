/** What Node's engine process takes out of the web worker's bundle: the package holds the engine once for both. */
export { config } from '@vscode/l10n';
export { computeProof } from '../engine';
export { EngineServer } from './engineServer';
