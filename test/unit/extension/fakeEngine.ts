import { encodeFrame, filmHead } from '../../../src/common/filmFile';
import { joinBytes } from '../../../src/common/joinBytes';
import type { EngineProcess, Exit } from '../../../src/extension/engine/engineProcess';
import type { EngineEvent, EngineRequests, Hello, HostRequests, Progress, Started } from '../../../src/protocol/engine';
import { capabilitiesOf, protocolVersion } from '../../../src/protocol/hello';
import { measurements } from '../../../src/protocol/measurements';
import { type Connection, connect, type Handlers, portPair } from '../../../src/protocol/rpc';

export const progress: Progress = { state: 'running', epoch: 2, epochs: 9, step: 2, rate: 0, learningRate: 0.1 };

export const started = {
  name: 'XOR',
  seed: 1,
  parameters: 17,
  samples: { train: 4, validation: 0, test: 0 },
  layers: [],
  engine: { version: '1', backend: 'wasm', threads: 1 },
  spec: { training: { epochs: 9, optimizer: { parameters: { learning_rate: 0.5 } } } },
  dataHash: 'abc',
} as unknown as Started;

/** A film of one frame. */
const film = joinBytes([filmHead(1), encodeFrame({ step: 2, lowest: 1, learningRate: 1, values: Float32Array.of(1) })]);

/** An engine whose events and end are controlled by the test. */
export function fakeEngine(stopped: null | Promise<null> = null) {
  const [hostPort, enginePort] = portPair();
  let end: (exit: Exit) => void = () => undefined;
  const exit = new Promise<Exit>((resolve) => {
    end = resolve;
  });
  const state = { disposed: false, probes: 0 };
  const measure = () => {
    state.probes++;
    return { gradients: { ok: { epoch: 1, step: 1, layers: [] } } };
  };
  const serve = {
    hello: (): Hello => ({
      protocol: protocolVersion,
      engine: 'nnspec',
      capabilities: capabilitiesOf(serve, ['phase', 'batch', 'epoch'], measurements),
    }),
    start: () => null,
    stop: () => stopped,
    pause: () => progress,
    loadWeights: () => null,
    saveWeights: () => Uint8Array.of(1),
    saveCheckpoint: () => Uint8Array.of(2),
    film: () => ({ whole: true, bytes: film, cursor: { drops: 0, frames: 1 } }),
    measure,
  };
  const wire: Connection<HostRequests, EngineEvent> = connect<EngineRequests, HostRequests, never, EngineEvent>(
    enginePort,
    {
      serve: serve as unknown as Handlers<EngineRequests>,
    },
  );
  const process: EngineProcess = {
    port: hostPort,
    exit,
    pid: 1,
    readsDisk: true,
    dispose: () => {
      state.disposed = true;
      end({ output: '' });
    },
  };
  return { process, end, state, tell: (event: EngineEvent) => wire.tell(event) };
}
