/** Why something cannot be done with the engine of a run: said where its button would be. */
import { t } from '@vscode/l10n';
import type { EngineRequests, StepUnit } from '../../src/protocol/engine';
import type { RunStatus } from '../../src/protocol/panel';

/** Names of engines other than the built-in one, which can do everything. */
const engines = { nnspec: 'NNSpec', pytorch: 'PyTorch' };

/** The reason why the engine cannot be asked this; undefined where it can. */
export function whyNot({ hello }: RunStatus, request: keyof EngineRequests): string | undefined {
  return hello && !hello.capabilities.requests.includes(request)
    ? t('{0} cannot do this. To have it, take “engine” out of the spec and train again.', engines[hello.engine])
    : undefined;
}

/** The reason why the engine cannot do such a step; undefined where it can. */
export function whyNoStep({ hello }: RunStatus, unit: StepUnit): string | undefined {
  return hello && !hello.capabilities.steps.includes(unit)
    ? t(
        '{0} trains whole batches. To see phases, take “engine” out of the spec and train again.',
        engines[hello.engine],
      )
    : undefined;
}
