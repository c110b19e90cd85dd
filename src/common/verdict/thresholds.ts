/**
 * Limits of the verdict on a run, and of what is said of a network before it trains. They were found on the
 * labelled runs of `test/fixtures/verdicts`.
 */

/** A network has learned where its loss is below this share of the loss of a constant answer. */
export const learnedShare = 0.95;
/**
 * The same where the standard error of the difference is known, and decides: of a rare class, the best
 * probabilities there are may take no more than a few hundredths from the loss.
 */
export const measuredShare = 0.99;

/** Share of a layer's units that pass no gradient: from here on a remark in the editor and in charts. */
export const deadShare = 0.5;
/** From here on dead units are why a network does not learn: the few others do not make up for them. */
export const deadlyShare = 0.9;

/** Share of unit–sample pairs in the flat parts of a squashing function: most of the gradient is lost. */
export const saturatedShare = 0.5;

/**
 * The error at the first layer with weights over that at the last. All layers share one learning rate: below
 * this the steps of the first one are over 200 times smaller. Three hidden sigmoid layers give 0.003 and do
 * not learn for 20 epochs; two give 0.02 and learn in ten.
 */
export const vanishingRatio = 0.005;
/** The same when the error grows on its way back. */
export const explodingRatio = 1 / vanishingRatio;

/** A loss swings where the largest of the last half is so many times the smallest. */
export const swingRatio = 1.5;
/** Below this share of the loss of a constant answer swings are of no account. */
export const smallLoss = 0.1;
/** A trial with a tenth of the rate has helped where it leaves less than this share of the batch's loss. */
export const trialShare = 0.97;

/** Inputs are unscaled where one column is so large, and so many times the smallest one (or 1). */
export const [largeInput, inputRatio] = [10, 50];
/** Targets are unscaled where their root mean square is above this. Outputs begin at about 1. */
export const largeTarget = 10;

/** The errors of neighbours are so much alike that a bend would take them in. */
export const patternShare = 0.2;
/** Units are alike where their weights differ by less than this share of the largest weight. */
export const sameWeights = 1e-4;
/** Nearly every sample gets the same answer. */
export const sameAnswerShare = 0.95;

/**
 * It overfits where the held-out loss is so many times its best, by so much of the loss of a constant answer,
 * while the training loss has fallen to this share of what it was at that best.
 */
export const [overfitRatio, overfitGap, overfitFall] = [1.3, 0.01, 0.9];

/** A loss falls steadily where its last tenth takes away this share of it, and of all that it has fallen. */
export const [fallOfLevel, fallOfAll] = [0.004, 0.01];
/**
 * A network that has learned is far from done above this share of the loss of a constant answer, where the
 * last tenth brought this share of all that the loss has fallen.
 */
export const [farShare, farFall] = [0.6, 0.1];

/** The loss is level while it stays this close to its last value. */
export const levelBand = 0.05;
