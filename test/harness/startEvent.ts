import type { StartEvent } from '../../src/runs/events';

/** The start of a run of XOR. */
export const start: StartEvent = {
  event: 'start',
  name: 'XOR',
  seed: 1,
  parameters: 17,
  samples: { train: 4, validation: 0, test: 0 },
  layers: [],
  engine: { version: '1', backend: 'wasm', threads: 1 },
};
