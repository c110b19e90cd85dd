/**
 * The language room's facade: text in, experiment and problems out. It never reads a file and never throws; what must be
 * known of the data comes in as `DataFacts`.
 */
export { checkSpec, checkSteps } from './check';
export { fileCodes, lessonCodes, networkCodes, type ProblemCode, predictionCodes } from './codes';
export { decodeSpec } from './decode';
export { effectiveSpecText } from './effective';
export { explanationOf } from './explanation';
export { applyFixes, fixAllSteps, mechanicalFix } from './fixAll';
export { dataFixes } from './fixes/data';
export { outcomeOf, type Prediction, predictionsOf, type Trial } from './forecast';
export { maximumBytes, maximumNesting, maximumProblems } from './limits';
export { type NodeAt, nodeAt, nodeIn } from './nodeAt';
export { codeLensPosition, type LayerRange, layerRanges, type ParsedSpec, parseSpec, parseSteps } from './parse';
export { type Refactoring, refactoringsAt } from './refactor';
export { splitTag } from './tags';
export type { Path } from './tree';
