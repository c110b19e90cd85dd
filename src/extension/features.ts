/**
 * The features: all code of the extension that activation does not need. Activation registers commands and
 * providers; each of them loads this module when it is first used.
 */
export { explanationOf } from '../language';
export { checkGradients } from './commands/checkGradients';
export { resumeFromCheckpoint, saveCheckpoint } from './commands/checkpoints';
export { compareLinear } from './commands/compareLinear';
export { compareRuns } from './commands/compareRuns';
export { control, restart, showData, showPanel, step } from './commands/controls';
export { showEffectiveSpec } from './commands/effectiveSpec';
export { evaluateOnFile } from './commands/evaluateOnFile';
export { exportRun } from './commands/exportRun';
export { findLearningRate } from './commands/findLearningRate';
export { forkRun } from './commands/forkRun';
export { newFromCsv } from './commands/newFromCsv';
export { newFromExample, newSpec } from './commands/newFromExample';
export { predictFromCsv } from './commands/predictFromCsv';
export { collapseLayers, compareActivations, learnTruthTables, watchOneLayer } from './commands/proofs';
export { repeatRun } from './commands/repeatRun';
export { resumeRun } from './commands/resumeRun';
export { deleteStoredData } from './commands/storedData';
export { train } from './commands/train';
export { loadWeights, saveWeights } from './commands/weights';
export { createServices } from './createServices';
export { showGallery } from './gallery/galleryPanel';
export { provideCodeActions, provideDataFileActions } from './language/codeActions';
export { provideCompletions, resolveCompletion } from './language/completion';
export { effectiveTextOf } from './language/effectiveText';
export { provideFormat } from './language/format';
export { provideHover } from './language/hover';
export { provideInlayHints } from './language/inlayHints';
export { provideLinks } from './language/links';
export { provideDefinition, provideHighlights, provideReferences } from './language/navigation';
export { Predictor } from './language/predictor';
export { prepareRename, provideRename } from './language/rename';
export { provideSemanticTokens } from './language/semanticTokens';
export { checkDocument, forgetData } from './language/specCheck';
export { provideFolds, provideOutline, provideSelections } from './language/structure';
export { newLesson, resetLesson } from './lessons/newLesson';
export { openLesson } from './lessons/openLesson';
export { deserializeLesson, serializeLesson } from './lessons/serializer';
export { copyRunId, deleteRun, noteRun, openRun, refreshRuns, revealRun, starRun } from './runs/view/runCommands';
export { compareRunSpecs, compareSpec, restoreSpec } from './runs/view/runSpecs';
export { reportFailuresTo } from './words/background';
