/** Messages that a page may send, to the panel's own code with a run and its engine. */
import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { packNumbers, unpackNumbers } from '../../src/common/jsonNumbers';
import type { EngineProcess } from '../../src/extension/engine/engineProcess';
import { TrainingPanel } from '../../src/extension/panel/trainingPanel';
import { Run } from '../../src/extension/runs/run';
import { reportFailuresTo } from '../../src/extension/words/background';
import { isFromPanel, type ToPanel } from '../../src/protocol/panel';
import { portPair } from '../../src/protocol/rpc';
import { EngineServer } from '../../src/server/engineServer';
import type { Area } from './area';
import { answered, environment, noFiles, startOptions } from './engines';
import type { Random } from './random';

const right: readonly Readonly<Record<string, unknown>>[] = [
  { type: 'ready' },
  { type: 'ack', frame: 1 },
  { type: 'control', action: 'pause' },
  { type: 'control', action: 'resume' },
  { type: 'control', action: 'stop' },
  { type: 'control', action: 'restart' },
  { type: 'step', unit: 'phase' },
  { type: 'learningRate', value: 0.1 },
  {
    type: 'subscribe',
    questions: { activations: {}, surface: { resolution: 64 }, gradients: {}, confusion: { part: 'train' } },
  },
  { type: 'walk', id: 1, options: { subject: { kind: 'sample', index: 0 } } },
  { type: 'walk', id: 2, options: { subject: { kind: 'batch' } } },
  { type: 'moment', id: 3, frame: 5, questions: { gradients: {} } },
  { type: 'reveal', line: 0 },
  { type: 'showActivation', name: 'relu' },
  { type: 'openLesson', order: 9 },
  { type: 'saveWeights' },
  { type: 'saveFile', name: 'loss', kind: 'csv', bytes: Uint8Array.of(1) },
  { type: 'compareLinear' },
  { type: 'crossValidate' },
  { type: 'openData' },
  { type: 'askData', id: 3, question: { kind: 'columns', search: '', from: 0 } },
  {
    type: 'askData',
    id: 4,
    question: { kind: 'page', from: 0, count: 9, columns: [0], sort: { column: 0, descending: true } },
  },
  { type: 'askData', id: 5, question: { kind: 'scatter', columns: [0, 1] } },
  { type: 'showNotice', index: 0 },
  { type: 'manageTrust' },
];

const odd = [
  ...[undefined, null, true, -1, 0, 1, 0.5, 3, 1e300, 2 ** 53, '', 'x', 'pause', 'batch', 'surface', '__proto__'],
  ...[[], {}, ['surface'], ['toString'], [[]], { kind: 'batch' }, { subject: {} }, { subject: { kind: 'sample' } }],
];

/** A message in which one field at any depth is another value. */
function changed(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.once(5)) {
    return random.pick(odd);
  }
  const keys = Object.keys(value);
  const key = random.once(8) || keys.length === 0 ? 'extra' : random.pick(keys);
  return { ...value, [key]: changed(value[key as keyof typeof value], random) };
}

async function check(messages: readonly unknown[]): Promise<void> {
  const failures: unknown[] = [];
  reportFailuresTo((error) => failures.push(error));
  const [hostPort, serverPort] = portPair();
  const server = new EngineServer(serverPort, environment);
  const process: EngineProcess = {
    pid: 1,
    readsDisk: false,
    port: hostPort,
    exit: new Promise(() => undefined),
    dispose: () => server.dispose(),
  };
  const run = Run.create({ id: '1', title: 'XOR', specUri: 'file:///a.nnspec', specText: '' });
  const sent: ToPanel[] = [];
  const page = fakePage((message) => {
    assert.deepEqual(packNumbers(unpackNumbers(message)), message, 'a number is lost on the way');
    sent.push(message as ToPanel);
  });
  let unknown = 0;
  const act = () => undefined;
  const panel = new TrainingPanel('file:///a.nnspec' as never, page.panel as never, 'dist' as never, {
    restart: act,
    newSeed: act,
    openLesson: act,
    step: act,
    revealLine: (_, line) => assert.ok(Number.isSafeInteger(line) && line >= 0, 'no line'),
    showActivation: (name) => assert.equal(typeof name, 'string'),
    manageTrust: () => undefined,
    forkMoment: (_, step) => assert.ok(Number.isSafeInteger(step) && step >= 0, 'no step'),
    openFilm: async () => ({ failure: { code: 'no-film', message: 'There is no film.' } }),
    saveWeights: act,
    saveChart: act,
    compareLinear: act,
    resumeRun: act,
    crossValidate: act,
    earlierRuns: async (_, { ids }) => ({ runs: [], known: ids.length, damaged: 0, more: 0, otherLoss: 0 }),
    chooseEarlier: async (_, chosen) => chosen,
    noteUnknown: () => {
      unknown++;
    },
  });
  panel.onDispose(() => undefined);
  panel.show(run);
  try {
    await answered(run.start(process, noFiles, startOptions({ paused: true })), 'start');
    await answered(run.ready, 'start');
    for (const message of messages) {
      page.receive(structuredClone(message));
    }
    const wrong = messages.filter((message) => !isFromPanel(message)).length;
    assert.equal(unknown, wrong, 'the unknown messages are not those that the guard refuses');
    // Answers arrive in order: after this one there is none to come.
    await answered(run.ask('pause', null), 'pause');
    await new Promise((turn) => setImmediate(turn));
    for (const [question, answer] of [
      ['walk', 'walk'],
      ['askData', 'dataAnswer'],
    ]) {
      const asked = messages.filter((message) => isFromPanel(message) && message.type === question).length;
      assert.equal(sent.filter(({ type }) => type === answer).length, asked, `a message ${question} has no answer`);
    }
    assert.deepEqual(failures, []);
  } finally {
    page.close();
    run.dispose();
    server.dispose();
    hostPort.dispose();
  }
}

/** A visible webview panel. */
function fakePage(post: (message: unknown) => void) {
  let receive: (message: unknown) => void = () => undefined;
  let close: () => void = () => undefined;
  const nothing = { dispose: () => undefined };
  const panel = {
    visible: true,
    active: true,
    title: '',
    webview: {
      cspSource: 'self',
      asWebviewUri: String,
      onDidReceiveMessage(listener: typeof receive) {
        receive = listener;
        return nothing;
      },
      async postMessage(message: unknown) {
        post(message);
        return true;
      },
    },
    onDidChangeViewState: () => nothing,
    onDidDispose(listener: () => void) {
      close = listener;
      return nothing;
    },
  };
  return {
    panel: panel as unknown as vscode.WebviewPanel,
    receive: (message: unknown) => receive(message),
    close: () => close(),
  };
}

export const panelMessages: Area<readonly unknown[]> = {
  name: 'panel',
  share: 0.05,
  make: (random) =>
    random.list(8, () => {
      const message = random.pick(right);
      return random.once(3) ? message : changed(message, random);
    }),
  check,
  show: (list) => JSON.stringify(list),
};
