/** The lines below the header: what the engine warns of, and the verdict on the run. */
import { t } from '@vscode/l10n';
import { describeFinding, describeVerdict, nextStep } from '../../src/common/verdict/words';
import { wildTargetsDecide } from '../../src/common/wildTargets';
import type { LayerInfo } from '../../src/protocol/engine';
import { formatNumber } from '../shared/format';
import type { Store } from './store';

export interface Line {
  readonly level: 'warning' | 'info';
  readonly text: string;
  /** Layer index, for the link to its line in the spec. */
  readonly layer?: number;
}

/** The engine's warning, whether the network has learned, and what is wrong. */
export function findingsOf(store: Store): readonly Line[] {
  const { started, progress, ended, state } = store.run;
  const lines: Line[] = progress?.warning === undefined ? [] : [{ level: 'warning', text: progress.warning }];
  if (started?.parameters === 0) {
    return [...lines, { level: 'info', text: t('No layer has weights, so there is nothing to learn.') }];
  }
  const verdict = ended ? ended.verdict : store.run.verdict;
  if (!verdict || state === 'failed') {
    return lines;
  }
  const { learned, findings } = verdict;
  const said = describeVerdict(verdict, formatNumber, ended !== undefined);
  const level = findings.length === 0 && (learned || !ended) ? 'info' : 'warning';
  return [
    ...lines,
    ...(said === undefined ? [] : [{ level, text: said } as const]),
    // The banner says that it has diverged.
    ...findings
      .filter(({ code }) => code !== 'diverged')
      .map((found) => ({
        level: 'warning' as const,
        text: describeFinding(found, formatNumber),
        ...layerOf(store.layers, found.layer),
      })),
  ];
}

/** Whether the verdict finds something wrong, which lesson 9 is about. */
export function isIll({ run: { started, ended, state, verdict: present } }: Store): boolean {
  const verdict = ended ? ended.verdict : present;
  if (!verdict || state === 'failed' || started?.parameters === 0) {
    return false;
  }
  return verdict.findings.length > 0 || (ended !== undefined && !verdict.learned);
}

function layerOf(layers: readonly LayerInfo[], name: string | undefined): Pick<Line, 'layer'> {
  const layer = layers.findIndex((each) => each.name === name);
  return layer < 0 ? {} : { layer };
}

/** The one thing to try next, where a run that is over did not go well. */
export function stepOf({ run: { started, ended } }: Store): string | undefined {
  const { verdict } = ended ?? {};
  if (!started || !verdict || (verdict.learned && verdict.findings.length === 0)) {
    return undefined;
  }
  const { data, training } = started.spec;
  return started.facts.targetMoments?.some(({ wild }) => wild) &&
    wildTargetsDecide(training.loss.name, data.scaleTarget)
    ? t(
        'A few targets lie far from all others, and this loss is mostly about them. If they are wrong, correct or remove them; if they are right, write loss: huber and scale_target: robust.',
      )
    : nextStep(verdict);
}
