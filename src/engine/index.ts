/** The engine's facade: backends, the trainer, probes, weights files, expectations. */

export { compareActivations } from './activationDepth';
export type { Backend, FloatArray, Program, ProgramData, Tensor } from './backend';
export { baselinesOf, type Constants, constantLosses, constantsOf } from './baseline';
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint, placeOf, stepOf } from './checkpoint/checkpoint';
export { damaged } from './checkpoint/damaged';
export { complete, type Fork, forkState, notFinite } from './checkpoint/fork';
export { findNonFiniteTensor, findStateMismatch } from './checkpoint/stateMismatch';
export { tensorTable } from './checkpoint/tensorTable';
export { collapse } from './collapse';
export { confusionOf, givesProbabilities } from './confusion';
export { describeDivergence } from './divergence';
export { evaluateAll } from './evaluateAll';
export { fallsShort, judge, needsTestEachEpoch } from './expectations';
export { Film } from './film/film';
export { type Moment, PastMoment } from './film/moment';
export { forecast } from './forecast';
export { forwardWork } from './forwardWork';
export { checkGradients, thorough } from './gradientCheck';
export { findLearningRate } from './learningRateFinder';
export { type WorstSample, worstSamples } from './mistakes';
export { measureNetwork } from './networkFacts';
export { OutOfMemoryError, tellsOfMemory } from './outOfMemory';
export { predict } from './predict';
export { probeActivations, probeGradients } from './probes';
export { referenceBackend } from './referenceBackend';
export { rowLossesOf } from './rowLosses';
export type { ChunkResult, EpochRecord, Replayed, TrainerOptions, TrainerState } from './run';
export { decodeSafetensors } from './safetensors';
export { type InputAxis, SurfaceProbe } from './surface';
export { Trainer } from './trainer';
export { learnTruthTables } from './truthTables';
export { UnitsProber } from './unitsProbe';
export { needsBatch, type Walk, type WalkTensor, walk } from './walk';
export type { ThreadRequest } from './wasm/threads/pool';
export { computeProof } from './wasm/tuning/wideProof';
export { createWasmBackend, type WasmHost, wasmBackend } from './wasmBackend';
export {
  decodeWeights,
  encodeWeights,
  initialWeights,
  metadataOf,
  type WeightsFile,
  weightsDifference,
} from './weights';
