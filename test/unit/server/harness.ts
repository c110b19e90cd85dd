import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parseSpec } from '../../../src/language';
import type { EngineEvent, Reply, StartOptions } from '../../../src/protocol/engine';
import { type InProcessEngine, type ServeEngine, startInProcess } from '../../harness/inProcess';

export const xor = `
seed: 1
data: { source: xor }
model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training: { optimizer: { sgd: 0.5 }, batch_size: 2, epochs: 60 }
expect: [loss < 10]
`;

export function startOptions(specText: string, more: Partial<StartOptions> = {}): StartOptions {
  const { spec, problems } = parseSpec(specText, { fileName: 'test.nnspec' });
  if (!spec) {
    throw new Error(JSON.stringify(problems));
  }
  return { spec, specText, fileName: 'test.nnspec', everyEpoch: true, ...more };
}

/** The result of a request. Fails where it was refused. */
export function ok<T>(reply: Reply<T>): T {
  if ('err' in reply) {
    assert.fail(`${reply.err.code}: ${reply.err.message}`);
  }
  return reply.ok;
}

/** The code of a refusal. Undefined where the request succeeded. */
export function code(reply: Reply<unknown>): string | undefined {
  return 'err' in reply ? reply.err.code : undefined;
}

export interface Harness extends InProcessEngine {
  /** Milliseconds of every callback that the server scheduled. */
  readonly chunks: readonly number[];
  readonly events: readonly EngineEvent[];
  /** Resolves with the first event of the type, past or to come. */
  until<T extends EngineEvent['type']>(type: T): Promise<EngineEvent & { type: T }>;
  ofType<T extends EngineEvent['type']>(type: T): (EngineEvent & { type: T })[];
}

/** An engine in this process. `files` holds the text of the files that it may read, `now` is its clock. */
export function startEngine(
  files: Readonly<Record<string, string>> = {},
  now = () => performance.now(),
  serve?: ServeEngine,
): Harness {
  const chunks: number[] = [];
  const engine = startInProcess(
    {
      readFile: async ({ path }) => {
        if (!Object.hasOwn(files, path)) {
          throw new Error(`There is no file ${path}.`);
        }
        return new TextEncoder().encode(files[path]);
      },
      listFolder: () => [],
      readShipped: ({ name }) => readFile(`media/data/${name}`),
    },
    {
      now,
      schedule: (callback) =>
        setImmediate(() => {
          const start = performance.now();
          callback();
          chunks.push(performance.now() - start);
        }),
    },
    serve,
  );
  const events: EngineEvent[] = [];
  const waiters = new Set<(event: EngineEvent) => void>();
  engine.client.onEvent((event) => {
    events.push(event);
    for (const waiter of [...waiters]) {
      waiter(event);
    }
  });
  const isOf =
    <T extends EngineEvent['type']>(type: T) =>
    (event: EngineEvent): event is EngineEvent & { type: T } =>
      event.type === type;
  return {
    ...engine,
    chunks,
    events,
    ofType: (type) => events.filter(isOf(type)),
    until: (type) => {
      const is = isOf(type);
      const known = events.find(is);
      return known
        ? Promise.resolve(known)
        : new Promise((resolve) => {
            const waiter = (event: EngineEvent) => {
              if (is(event)) {
                waiters.delete(waiter);
                resolve(event);
              }
            };
            waiters.add(waiter);
          });
    },
  };
}
