/** Orders of commands, and messages that are none, to an engine server in this process. */
import assert from 'node:assert/strict';
import { parseSpec } from '../../src/language';
import type { EngineEvent, EngineRequests, Reply, StartOptions } from '../../src/protocol/engine';
import { portPair } from '../../src/protocol/rpc';
import { EngineServer } from '../../src/server/engineServer';
import { startInProcess } from '../../test/harness/inProcess';
import { measured } from '../../test/harness/measured';
import type { Area } from './area';
import type { Random } from './random';

export const specText = `
seed: 1
data: { source: xor }
model:
  layers:
    - dense: { units: 3, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training: { optimizer: { sgd: 0.5 }, batch_size: 2, epochs: 60 }
`;

export const environment = {
  now: () => performance.now(),
  schedule: (callback: () => void) => void setImmediate(callback),
};
export const noFiles = {
  readFile: () => Promise.reject(new Error('There is no file.')),
  listFolder: () => Promise.reject(new Error('no files here')),
  readShipped: () => Promise.reject(new Error('There is no file.')),
};

export function startOptions(more: Partial<StartOptions> = {}, text = specText): StartOptions {
  const { spec } = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(spec);
  return { spec, specText: text, fileName: 'a.nnspec', backend: 'reference', ...more };
}

/** Fails after ten seconds. */
export async function answered<T>(promise: Promise<T>, to: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no answer to ${to}`)), 10_000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A started server's weights and checkpoint after an epoch. `table` is what its spec reads. */
export async function savedFiles(
  text = specText,
  table = '',
): Promise<{ weights: Uint8Array; checkpoint: Uint8Array }> {
  const readFile = async () => new TextEncoder().encode(table);
  const engine = startInProcess({ ...noFiles, readFile }, environment);
  const started = new Promise<void>((done) => engine.client.onEvent(({ type }) => type === 'started' && done()));
  await engine.client.ask('start', startOptions({ paused: true }, text));
  await started;
  await engine.client.ask('step', { unit: 'epoch' });
  const bytes = async (name: 'saveWeights' | 'saveCheckpoint') => {
    const reply = await engine.client.ask(name, null);
    assert.ok('ok' in reply);
    return reply.ok;
  };
  const files = { weights: await bytes('saveWeights'), checkpoint: await bytes('saveCheckpoint') };
  engine.dispose();
  return files;
}

const commands = [
  'start',
  'start paused',
  'resume file',
  'pause',
  'resume',
  'phase',
  'batch',
  'epoch',
  'stop',
  'rate',
  'activations',
  'surface',
  'gradients',
  'walk',
  'saveWeights',
  'saveCheckpoint',
  'load',
  'confusion',
  'mistakes',
  'wait',
  'turn',
] as const;
type Command = (typeof commands)[number];

/** Sends a command, and returns what its answer must be waited for. */
function send(command: Command, client: ReturnType<typeof startInProcess>['client'], files: Files) {
  switch (command) {
    case 'start':
      return client.ask('start', startOptions());
    case 'start paused':
      return client.ask('start', startOptions({ paused: true }));
    case 'resume file':
      return client.ask('start', startOptions({ resume: files.checkpoint }));
    case 'phase':
    case 'batch':
    case 'epoch':
      return client.ask('step', { unit: command });
    case 'rate':
      return client.ask('setLearningRate', { learningRate: 0.1 });
    case 'activations':
      return measured(client, 'activations', {});
    case 'gradients':
      return measured(client, 'gradients', {});
    case 'surface':
      return measured(client, 'surface', { resolution: 5 });
    case 'walk':
      return client.ask('walk', { subject: { kind: 'batch' } });
    case 'load':
      return client.ask('loadWeights', { bytes: files.weights });
    case 'confusion':
      return measured(client, 'confusion', { part: 'train' });
    case 'mistakes':
      return measured(client, 'mistakes', { part: 'train', from: 0 });
    case 'wait':
    case 'turn':
      return undefined;
    default:
      return client.ask(command, null);
  }
}

type Files = Awaited<ReturnType<typeof savedFiles>>;

const states = [
  'waiting',
  'running',
  'pausing',
  'paused',
  'stopping',
  'completed',
  'early_stopping',
  'stopped',
  'diverged',
  'failed',
];

function checkEvents(events: readonly EngineEvent[]): void {
  const ends = events.filter(({ type }) => type === 'ended' || type === 'failed' || type === 'refused');
  assert.ok(ends.length <= 1, `the run ended ${ends.length} times`);
  for (const event of ends) {
    assert.ok(event.type !== 'failed', event.type === 'failed' ? event.failure.message : '');
  }
  const end = events.findIndex(({ type }) => type === 'ended');
  const late = end < 0 ? [] : events.slice(end + 1).filter(({ type }) => type === 'epochs' || type === 'batches');
  assert.equal(late.length, 0, 'epochs follow the end');
  const epochs = events.flatMap((event) => (event.type === 'epochs' ? event.records.map(({ epoch }) => epoch) : []));
  assert.ok(
    epochs.every((epoch, i) => i === 0 || epoch > epochs[i - 1]),
    `the epochs do not rise: ${epochs}`,
  );
  for (const event of events) {
    if (event.type === 'progress') {
      assert.ok(states.includes(event.progress.state), `the state ${event.progress.state} is unknown`);
    }
  }
}

async function follow(list: readonly Command[], files: Files): Promise<void> {
  const engine = startInProcess(noFiles, environment);
  const events: EngineEvent[] = [];
  engine.client.onEvent((event) => events.push(event));
  const waiting: Promise<unknown>[] = [];
  try {
    for (const command of list) {
      if (command === 'wait') {
        await Promise.all(waiting.splice(0));
      } else if (command === 'turn') {
        await new Promise((done) => setImmediate(done));
      } else {
        const reply = send(command, engine.client, files) as Promise<Reply<unknown>>;
        waiting.push(
          answered(reply, command).then((value) => {
            assert.ok(
              !('err' in value) || value.err.code !== 'internal',
              `${command}: ${'err' in value ? value.err.message : ''}`,
            );
          }),
        );
      }
    }
    await Promise.all(waiting);
    checkEvents(events);
    if (list.some((command) => command.startsWith('start'))) {
      await answered(engine.client.ask('stop', null), 'stop');
    }
  } finally {
    engine.dispose();
  }
}

export function commandOrders(files: Files): Area<readonly Command[]> {
  return {
    name: 'commands',
    share: 0.02,
    make: (random) => random.list(14, () => random.pick(commands)),
    check: (list) => follow(list, files),
    show: (list) => JSON.stringify(list),
  };
}

const requests: readonly (keyof EngineRequests)[] = [
  'setLanguage',
  'start',
  'pause',
  'resume',
  'step',
  'stop',
  'setLearningRate',
  'forecast',
  'measure',
  'checkGradients',
  'findLearningRate',
  'walk',
  'saveWeights',
  'saveCheckpoint',
  'loadWeights',
  'profile',
  'facts',
  'findCell',
  'predict',
];

/** A plain value that may stand for anything. */
function value(random: Random, depth = 0): unknown {
  const kind = random.below(depth < 2 ? 8 : 6);
  switch (kind) {
    case 6:
      return random.list(3, () => value(random, depth + 1));
    case 7:
      return Object.fromEntries(
        random.list(4, () => [
          random.pick([
            'unit',
            'learningRate',
            'resolution',
            'bytes',
            'part',
            'table',
            'spec',
            'subject',
            'kind',
            'id',
          ]),
          value(random, depth + 1),
        ]),
      );
    default:
      return random.pick([null, undefined, true, -1, 0, 3, 1.5, Number.NaN, '', 'epoch', 'train', new Uint8Array(3)]);
  }
}

function message(random: Random, id: number): unknown {
  if (random.once(4)) {
    return value(random);
  }
  const name = random.once(8) ? random.pick(['', 'toString', '__proto__', 'fly']) : random.pick(requests);
  const kind = random.once(12) ? random.pick(['reply', 'event', 'error', 'else']) : 'request';
  const params = random.once(3) && name !== 'start' ? null : value(random);
  return { kind, id, name, params };
}

/** Every request is answered exactly once, whatever its parameters, and nothing else is. */
async function checkMessages(messages: readonly unknown[]): Promise<void> {
  const [host, own] = portPair();
  const server = new EngineServer(own, environment);
  const answers = new Map<unknown, number>();
  const isA =
    (kind: string) =>
    (each: unknown): each is { id: number; name: string } =>
      typeof each === 'object' && each !== null && 'kind' in each && each.kind === kind && 'id' in each;
  const asked = messages.filter(isA('request')).map(({ id }) => id);
  const done = new Promise<void>((resolve) => {
    host.onMessage((each) => {
      if (isA('request')(each)) {
        host.post({ kind: 'reply', id: each.id, reply: { err: { code: 'file', message: 'There is no file.' } } });
      } else if (isA('reply')(each)) {
        answers.set(each.id, (answers.get(each.id) ?? 0) + 1);
        if (asked.every((id) => answers.has(id))) {
          resolve();
        }
      }
    });
  });
  try {
    for (const each of messages) {
      host.post(each);
    }
    await (asked.length ? answered(done, JSON.stringify(asked)) : undefined);
    await new Promise((turn) => setImmediate(turn));
    assert.ok(
      [...answers.values()].every((count) => count === 1),
      'a request was answered twice',
    );
  } finally {
    server.dispose();
    host.dispose();
  }
}

export const messages: Area<readonly unknown[]> = {
  name: 'messages',
  share: 0.1,
  make(random) {
    let id = 0;
    return random.list(6, () => message(random, ++id));
  },
  check: checkMessages,
  show: (list) => JSON.stringify(list),
};
