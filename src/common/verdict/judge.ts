/** The one judge of a run: from measured facts to a verdict. */
import { isBetter, isOpen } from './compare';
import { lastFall, lastLevel, levelSince, lowest, swing } from './curves';
import type { Course, LayerFacts, NetworkFacts } from './facts';
import {
  deadlyShare,
  fallOfAll,
  fallOfLevel,
  farFall,
  farShare,
  inputRatio,
  largeInput,
  largeTarget,
  learnedShare,
  levelBand,
  overfitFall,
  overfitGap,
  overfitRatio,
  patternShare,
  sameAnswerShare,
  sameWeights,
  smallLoss,
  swingRatio,
  trialShare,
  vanishingRatio,
} from './thresholds';
import type { Finding, Verdict } from './verdict';

/**
 * Judges a run. `measure` is asked for facts about the network only where the run does not go well; it
 * returns undefined where they cannot be measured.
 */
export function judgeRun(course: Course, measure: () => NetworkFacts | undefined): Verdict {
  const { against, diverged, missed } = course;
  if (diverged) {
    const facts = measure();
    const found: Finding = { code: 'diverged', layer: diverged.layer, value: diverged.step };
    return { learned: false, findings: [found, ...(facts ? scaling(facts) : [])] };
  }
  const isClear = against !== undefined && isBetter(against);
  // Where a few rows cannot tell, nothing is wrong with the network either.
  const learned = isClear || (against !== undefined && isOpen(against));
  const verdict = { learned: isClear, ...(against && { against }) };
  if (against === undefined || course.losses.length === 0) {
    return { ...verdict, findings: [] };
  }
  const later = overfitting(course);
  if (learned && !missed) {
    return { ...verdict, findings: later ?? farFromDone(course) };
  }
  // While it trains and its loss falls, it is too early to look for causes.
  if (!course.over && isFalling(course)) {
    return { ...verdict, findings: later ?? [] };
  }
  const facts = measure();
  const causes = facts ? causesOf(course, facts, learned, later !== undefined) : [];
  const findings = causes.length > 0 ? causes : symptomsOf(course, facts, learned, later);
  return { ...verdict, findings };
}

/** Whether the loss rises or swings so much that it is worth a trial with a lower rate. */
export function isRestless({ losses, baseline }: Pick<Course, 'losses' | 'baseline'>): boolean {
  return losses.length > 2 && swing(losses) >= swingRatio && !(lastLevel(losses) < smallLoss * baseline);
}

function isFalling({ losses, halted }: Course): boolean {
  const { ofLevel, ofAll } = lastFall(losses);
  return !halted && ofLevel >= fallOfLevel && ofAll >= fallOfAll;
}

function causesOf(course: Course, facts: NetworkFacts, learned: boolean, overfits: boolean): readonly Finding[] {
  const scales = scaling(facts).filter(({ code }) => code === 'unscaled_inputs' || !learned);
  // A rate that suits scaled numbers is too high for large ones: the numbers are the cause. And where samples
  // are learned by heart, the rate does its work.
  const rate = scales.length === 0 && !overfits ? rateTooHigh(course, facts) : undefined;
  if (rate) {
    return [rate];
  }
  const found = scales.length > 0 ? scales : linear(course, facts);
  const alike = facts.layers.find(({ difference = 1 }) => difference < sameWeights);
  if (alike) {
    found.push({ code: 'symmetric', layer: alike.name, value: alike.difference ?? 0 });
  }
  const [dead] = facts.layers.filter((layer) => (layer.dead ?? 0) >= deadlyShare).sort(byDeadShare);
  if (dead) {
    found.push({ code: 'dead_units', layer: dead.name, value: dead.dead ?? 0 });
  }
  // Where units are alike or dead no gradient comes through: that is no fading.
  return alike || dead ? found : [...found, ...vanishing(facts)];
}

function byDeadShare(a: LayerFacts, b: LayerFacts): number {
  return (b.dead ?? 0) - (a.dead ?? 0);
}

function scaling({ inputs, target }: NetworkFacts): Finding[] {
  const found: Finding[] = [];
  const ratio = inputs.largest / Math.min(1, inputs.smallest);
  if (inputs.largest >= largeInput && ratio >= inputRatio) {
    found.push({ code: 'unscaled_inputs', value: ratio });
  }
  if (target !== undefined && target >= largeTarget) {
    found.push({ code: 'unscaled_target', value: target });
  }
  return found;
}

function rateTooHigh(course: Course, { trial }: NetworkFacts): Finding | undefined {
  return trial && trial.after < trialShare * trial.before && isRestless(course)
    ? { code: 'rate_too_high', value: swing(course.losses) }
    : undefined;
}

function linear({ losses }: Course, facts: NetworkFacts): Finding[] {
  return facts.linear && (facts.pattern ?? 0) >= patternShare ? [{ code: 'linear', value: lowest(losses).value }] : [];
}

function vanishing({ layers }: NetworkFacts): Finding[] {
  const learning = layers.filter(({ delta }) => delta !== undefined);
  const [first, last] = [learning[0], learning.at(-1)];
  // Between two layers nothing fades from layer to layer.
  if (!first || !last || learning.length < 3) {
    return [];
  }
  const ratio = Math.min(shareOf(first.delta, last.delta), shareOf(first.gradient, last.gradient));
  return ratio < vanishingRatio ? [{ code: 'vanishing', layer: first.name, value: ratio }] : [];
}

/** 1 where nothing arrives even at the last layer: then nothing fades. */
function shareOf(first = Number.NaN, last = Number.NaN): number {
  return last > 0 ? first / last : 1;
}

/** The first symptom that holds, of a run for which no cause is found. */
function symptomsOf(
  course: Course,
  facts: NetworkFacts | undefined,
  learned: boolean,
  overfits: readonly Finding[] | undefined,
): readonly Finding[] {
  const falls = isFalling(course);
  if (!learned && !falls && (facts?.sameAnswer ?? 0) >= sameAnswerShare) {
    return [{ code: 'one_answer', value: facts?.sameAnswer ?? 1 }];
  }
  if (overfits) {
    return overfits;
  }
  if (falls) {
    return [{ code: 'too_slow', value: lastFall(course.losses).ofLevel }];
  }
  const epochs = levelSince(course.losses, levelBand);
  return epochs > 1 ? [{ code: 'stuck', value: epochs }] : [];
}

function overfitting({ losses, heldOut, against, baseline }: Course): readonly Finding[] | undefined {
  if (heldOut.length < 3 || against === undefined) {
    return undefined;
  }
  const best = lowest(heldOut);
  const last = lastLevel(heldOut);
  const trained = lastLevel(losses);
  const falls = trained < overfitFall * losses[Math.max(0, best.epoch - 1)] && trained < learnedShare * baseline;
  const turned = last - best.value > overfitGap * Math.abs(against.baseline) && last > overfitRatio * best.value;
  return turned && falls && best.value > 0 ? [{ code: 'overfitting', value: last / best.value }] : undefined;
}

/** A network that has learned, and was cut short. */
function farFromDone({ over, halted, losses, baseline }: Course): readonly Finding[] {
  const { ofLevel, ofAll } = lastFall(losses);
  const isFar = lastLevel(losses) > farShare * baseline && ofLevel >= fallOfLevel && ofAll >= farFall;
  return over && !halted && isFar ? [{ code: 'too_slow', value: ofLevel }] : [];
}
