/** The engine's facade: backends, the trainer, probes, weights files, expectations. */
export type { Backend, Divergence, FloatArray, Program, ProgramData, TakePieces, Tensor } from './backend';
export {
  type Checkpoint,
  type CheckpointRun,
  checkpointSteps,
  decodeCheckpoint,
  encodeCheckpoint,
  encodeCheckpointSteps,
} from './checkpoint/checkpoint';
export { damaged, impossible } from './checkpoint/damaged';
export { brokenTensor, misfit } from './checkpoint/misfit';
export { describeDivergence } from './divergence';
export { type Judgement, judge, needsTestEachEpoch } from './expectations';
export { forecast } from './forecast';
export { type CheckProgress, checkGradients, thorough } from './gradientCheck';
export type { TagValues } from './history';
export { argmax } from './metrics';
export { OutOfMemoryError, tellsOfMemory } from './outOfMemory';
export { complete, type Pieces } from './pieces';
export { predictPieces } from './predict';
export {
  confusionOf,
  probeActivations,
  probeGradients,
} from './probes';
export { referenceBackend } from './referenceBackend';
export type {
  EndReason,
  EpochRecord,
  Intervention,
  Move,
  Position,
  Stretch,
  TrainerOptions,
  TrainerState,
} from './run';
export { type Checked, containerSteps } from './safetensors';
export type { Phase } from './steps';
export { type InputAxis, SurfaceProbe } from './surface';
export { Trainer } from './trainer';
export { compileProgram } from './trainingData';
export { needsBatch, type Walk, type WalkStep, type WalkSubject, type WalkTensor, walk } from './walk';
export type { ThreadRequest } from './wasm/threads/pool';
export { computeProof } from './wasm/tuning/wideProof';
export { createWasmBackend, type WasmHost, wasmBackend } from './wasmBackend';
export {
  decodeWeights,
  encodeWeightSteps,
  encodeWeights,
  initialWeightSteps,
  initialWeights,
  metadataOf,
  type WeightsFile,
  type WeightsMetadata,
} from './weights';
