/** The engine's facade: backends, the trainer, probes, weights files, expectations. */
export type { Backend, Divergence, FloatArray, Program, ProgramData, Tensor } from './backend';
export { type Checkpoint, type CheckpointRun, decodeCheckpoint, encodeCheckpoint } from './checkpoint/checkpoint';
export { damaged } from './checkpoint/damaged';
export { findNonFiniteTensor, findStateMismatch } from './checkpoint/stateMismatch';
export { describeDivergence } from './divergence';
export { type Judgement, judge, needsTestEachEpoch } from './expectations';
export { forecast } from './forecast';
export { checkGradients, thorough } from './gradientCheck';
export type { TagValues } from './history';
export { argmax } from './metrics';
export { OutOfMemoryError, tellsOfMemory } from './outOfMemory';
export { predict } from './predict';
export { confusionOf, probeActivations, probeGradients } from './probes';
export { referenceBackend } from './referenceBackend';
export type {
  ChunkResult,
  EndReason,
  EpochRecord,
  Intervention,
  Move,
  Position,
  TrainerOptions,
  TrainerState,
} from './run';
export { type Checked, decodeSafetensors } from './safetensors';
export type { Phase } from './steps';
export { type InputAxis, SurfaceProbe } from './surface';
export { Trainer } from './trainer';
export { needsBatch, type Walk, type WalkStep, type WalkSubject, type WalkTensor, walk } from './walk';
export type { ThreadRequest } from './wasm/crew';
export { computeProof } from './wasm/wideProof';
export { createWasmBackend, type WasmHost, wasmBackend } from './wasmBackend';
export {
  decodeWeights,
  encodeWeights,
  initialWeights,
  metadataOf,
  type WeightsFile,
  type WeightsMetadata,
} from './weights';
