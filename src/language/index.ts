/**
 * The language room's facade: text in, experiment and problems out. It never reads a file and never throws; what must be
 * known of the data comes in as `DataFacts`.
 */
export { checkSpec, checkSteps } from './checking/check';
export { effectiveSpecText } from './export/effectiveSpec';
export { dataFixes } from './fixes/data';
export { applyFixes, fixAllSteps, mechanicalFix } from './fixes/fixAll';
export { outcomeOf, type Prediction, predictionsOf, type Trial } from './forecast';
export { fileCodes, lessonCodes, networkCodes, type ProblemCode, predictionCodes } from './problems/codes';
export { explanationOf } from './problems/explanation';
export {
  codeLensPosition,
  type LayerRange,
  layerRanges,
  type ParsedSpec,
  parseSpec,
  parseSteps,
} from './reading/parse';
export { splitTag } from './reading/tags';
export { type Refactoring, refactoringsAt } from './refactor';
export { decodeSpec } from './text/decode';
export { maximumBytes, maximumNesting, maximumProblems } from './text/limits';
export { type NodeAt, nodeAt, nodeIn } from './unfinished/nodeAt';
export type { Path } from './yaml/tree';
