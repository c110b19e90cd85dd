/** Advice on what to try next, based on measurements: at most three sentences, the most useful first. */
import { t } from '@vscode/l10n';
import { deadShare, hasLearned, saturatedShare } from '../../src/common/healthThresholds';
import { wildTargetsDecide } from '../../src/common/wildTargets';
import { depthReading, goesWell } from './findings';
import { formatShort } from './format';
import type { Store } from './store';

/** A learning rate at which few networks diverge. */
const safeRate = 0.1;
/** Runs shorter than this number of seconds are over before anyone sees the curve fall. */
const shortRun = 3;

export function advice(store: Store): string[] {
  const lines: string[] = [];
  const { started, ended } = store.run;
  if (!started || !ended) {
    return lines;
  }
  const { data, training } = started.spec;
  if (
    started.facts.targetMoments?.some(({ wild }) => wild) &&
    wildTargetsDecide(training.loss.name, data.scaleTarget)
  ) {
    return [
      t(
        'A few targets lie far from all others, and this loss is mostly about them. If they are wrong, correct or remove them; if they are right, write loss: huber and scale_target: robust.',
      ),
    ];
  }
  const rate = store.run.progress?.learningRate;
  if (ended.reason === 'diverged') {
    // Before the first update the learning rate has had no effect.
    if (store.run.progress?.step !== 0) {
      lines.push(
        rate === undefined
          ? t('Lower the learning rate and restart.')
          : t('Lower the learning rate, for example to {0}, and restart.', formatShort(Math.min(rate / 10, safeRate))),
      );
    }
    if (started.spec.data.scale === 'none') {
      lines.push(t('Scale the inputs: write “scale: standard” under “data”.'));
    }
    return lines;
  }
  if (started.fold !== undefined) {
    return lines;
  }
  if (started.parameters === 0) {
    return [t('Add a layer with weights, such as dense.')];
  }
  const loss = store.series('loss').y;
  const validation = store.series('val_loss').y;
  const improved = hasLearned(loss);
  const isFine = goesWell(store);
  if (!isFine) {
    lines.push(...causes(store, !improved && started.linear));
  }
  if (validation.length > 1) {
    const least = validation.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const last = validation[validation.length - 1];
    if (last > 1.5 * least && last > 1.5 * loss[loss.length - 1]) {
      lines.push(
        ended.kept
          ? t('It overfits: the validation loss was lower before. Try dropout, a larger l2 or fewer units.')
          : t('It overfits: the validation loss was lower before. Try early_stopping, dropout or fewer units.'),
      );
    }
  }
  if (lines.length === 0 && !isFine) {
    lines.push(learnedTooLittle(loss.length, improved, started.spec.training.optimizer.name));
  }
  if (lines.length === 0 && ended.seconds < shortRun && ended.epochs > 1) {
    lines.push(
      t(
        'To watch how it learned, use “Step epoch”: it starts again and waits after each epoch. Or change the activation or the seed and compare.',
      ),
    );
  } else if (lines.length === 0) {
    lines.push(t('Change the activation or the seed and compare, or save the weights to predict with them.'));
  }
  return lines.slice(0, 3);
}

/** Advice about units and gradients, which may be why the run does not go well. */
function causes({ layers, run }: Store, isLinear: boolean): string[] {
  const lines: string[] = [];
  const probed = run.activations?.layers ?? [];
  if (isLinear) {
    lines.push(
      t('Every layer is linear, so the network is one linear map: give a hidden layer an activation such as tanh.'),
    );
  }
  if (probed.some(({ dead = 0 }) => dead >= deadShare)) {
    lines.push(t('Many units are dead: try leaky_relu, or a lower learning rate.'));
  }
  if (probed.some(({ saturated = 0, layer }) => saturated >= saturatedShare && layer < layers.length - 1)) {
    lines.push(t('Hidden units are saturated: scale the inputs, or try relu.'));
  }
  if (depthReading(layers, run.gradients)?.level === 'warning' && lines.length === 0) {
    lines.push(t('The first layers get hardly any gradient: try tanh or relu in the hidden layers, or fewer layers.'));
  }
  return lines;
}

/** Up to this number of epochs a run is too short to judge the network. */
const fewEpochs = 5;

function learnedTooLittle(epochs: number, improved: boolean, optimizer: string): string {
  if (epochs <= fewEpochs) {
    return t('That was a short run: try more epochs.');
  }
  if (improved) {
    return t('It was still learning something: try more epochs or a higher learning rate.');
  }
  return optimizer === 'adam'
    ? t('It hardly learned: try another learning rate, more units or another activation.')
    : t('It hardly learned: try a higher learning rate, more units or the adam optimizer.');
}
