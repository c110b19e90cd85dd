/** The first words between a host and an engine: the protocol that they speak, and what the engine can do. */
import type { Capabilities, EngineRequests } from './engine';

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
