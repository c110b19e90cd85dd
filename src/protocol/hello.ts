/** The first words between a host and an engine: the protocol that they speak, and what the engine can do. */
import { t } from '@vscode/l10n';
import type { Capabilities, EngineName, EngineRequests, Hello, StepUnit } from './engine';

/** Rises with every change by which hosts and engines no longer understand one another. */
export const protocolVersion = 1;

/** All that a server can do by these handlers. */
export function capabilitiesOf(
  handlers: { readonly [Name in keyof EngineRequests]?: unknown },
  steps: Capabilities['steps'],
  measurements: Capabilities['measurements'],
): Capabilities {
  return { requests: Object.keys(handlers) as (keyof EngineRequests)[], steps, measurements };
}

/** Names of engines, for sentences. */
const names: Readonly<Record<EngineName, string>> = { nnspec: 'NNSpec', pytorch: 'PyTorch' };

/** Why an engine cannot be asked something; undefined where it can, and before it has told. */
export function cannotAsk(hello: Hello | undefined, request: keyof EngineRequests): string | undefined {
  return hello && !hello.capabilities.requests.includes(request)
    ? t('{0} cannot do this. To have it, take “engine” out of the spec and train again.', names[hello.engine])
    : undefined;
}

/** Why an engine cannot do such a step; undefined where it can, and before it has told. */
export function cannotStep(hello: Hello | undefined, unit: StepUnit): string | undefined {
  return hello && !hello.capabilities.steps.includes(unit)
    ? t('{0} trains whole batches. To see phases, take “engine” out of the spec and train again.', names[hello.engine])
    : undefined;
}
