/**
 * The language of `.nnspec` files: text in; experiment, problems and every editor feature out. This is the
 * only entry point: code elsewhere imports nothing else of this folder. It knows no editor, reads no file and
 * never throws; facts about the data come in as `DataFacts`.
 */

export { inlayHintsOf } from './annotations/inlayHints';
export { type SemanticToken, semanticTokenSteps, semanticTokensOf } from './annotations/semanticTokens';
// Problems of the network, and what a teacher would say.
export { checkSpec, checkSteps } from './checking/check';
export { type CompletionHost, type CompletionItem, completionsAt, type ItemKind } from './completion';
export { effectiveSpecSteps, effectiveSpecText } from './export/effectiveSpec';
export { jsonSchema } from './export/jsonSchema';
export { dataFixes } from './fixes/data';
export { applyFixes, fixAllSteps, mechanicalFix } from './fixes/fixAll';
export { learningRateFix } from './fixes/learningRate';
export { withTableFixes } from './fixes/tableFixes';
// Predictions, from a forecast that the engine measured.
export { outcomeOf, type Prediction, predictionsOf, type Trial } from './forecast';
export { formatSteps } from './format';
export { documentOf, galleryBoot, hoverIn } from './hover';
export { plain } from './hover/markdown';
export { symbolToRename } from './navigation/layerNames';
export { linksOf } from './navigation/links';
export { occurrenceSteps } from './navigation/occurrences';
export { refusalOf, refusalOfName, renameEdits, symbolEdits } from './navigation/rename';
export { placesOfColumn, type SymbolAt, symbolAt } from './navigation/symbols';
export {
  type NewSpec,
  newSpecFor,
  newSpecForImages,
  predictedColumn,
  proposableTargets,
  type TargetGuess,
  type Task,
  targetGuesses,
} from './newSpec';
export { fileCodes, lessonCodes, networkCodes, type ProblemCode, predictionCodes } from './problems/codes';
export { explainedCodes, explanationOf, sectionOf } from './problems/explanation';
export { capped } from './problems/reporter';
export { parseExpectation } from './reading/expectation';
export { OwnReading } from './reading/ownReading';
export {
  codeLensPosition,
  type LayerRange,
  layerAt,
  layerRanges,
  type ParsedSpec,
  parseSpec,
  parseSteps,
} from './reading/parse';
export { splitTag } from './reading/tags';
export { type Refactoring, refactoringsAt } from './refactor';
export { type Fold, foldsOf } from './structure/folding';
export { type OutlineItem, outlineOf } from './structure/outline';
export { selectionAt } from './structure/selection';
// The runs of a sweep.
export { finalValue, rankingOf } from './sweep/ranking';
export { indexOfRun, runAt, type Sweep, type SweepRun, sweepOf } from './sweep/runs';
export { runText, textWithRun } from './sweep/runText';
export { writtenOf } from './sweep/withValue';
export { decodeSpec, decodeUtf8 } from './text/decode';
export { maximumBytes, maximumNesting, maximumProblems } from './text/limits';
export { Lines, type Span } from './text/lines';
export { showWritten } from './text/showValue';
export { type DataName, dataNamed, targetsNamed } from './unfinished/dataNames';
export { type NodeAt, nodeAt, nodeIn, treeOf } from './unfinished/nodeAt';
export { type Entry, entryOf, hasKey, type Path, type ScalarNode, type TreeNode } from './yaml/tree';
