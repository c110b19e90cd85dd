import * as vscode from 'vscode';
import type { EngineProcess, Exit } from '../../src/extension/engine/engineProcess';
import { ForecastEngine } from '../../src/extension/language/forecastEngine';
import { Predictor } from '../../src/extension/language/predictor';
import { dataStampOf, type SpecCheck } from '../../src/extension/language/specCheck';
import { usePlatform } from '../../src/extension/platform';
import { parseSpec } from '../../src/language';
import type { Ended, EngineRequests, Started } from '../../src/protocol/engine';
import { connect, type Handlers, portPair } from '../../src/protocol/rpc';
import type { DataFacts } from '../../src/spec/dataFacts';
import type { Forecast } from '../../src/spec/measurements';
import { equal, eventually, ok } from './assert';
import { DelayedFiles } from './delayedFiles';
import { closeEditors, codeOf, disableAutoSave, open, write } from './support';

/** An engine whose replies and exit are controlled by the test. */
class FakeEngine {
  disposed = false;
  exited: (exit: Exit) => void = () => undefined;
  readonly questions: ((forecast: Forecast | null) => void)[] = [];
  readonly process: EngineProcess;

  constructor() {
    const [port, own] = portPair();
    const serve = { forecast: () => new Promise<Forecast | null>((answer) => this.questions.push(answer)) };
    connect(own, { serve: serve as unknown as Handlers<EngineRequests> });
    const exit = new Promise<Exit>((resolve) => {
      this.exited = resolve;
    });
    this.process = { port, exit, readsDisk: false, dispose: () => (this.disposed = true) };
  }
}

const text =
  'data: { source: moons }\nmodel:\n  layers:\n    - dense: { units: 4, activation: sigmoid }\n    - dense: 1\n';

describe('forecasts', () => {
  disableAutoSave();
  const engines: FakeEngine[] = [];
  before(() => {
    // The suite has its own copy of the extension's code, so the extension itself keeps its real engines.
    usePlatform({
      engines: {
        nnspec: async () => {
          const engine = new FakeEngine();
          engines.push(engine);
          return engine.process;
        },
      },
      realPath: async () => undefined,
      here: { host: '', pid: 0, started: '', isAlive: () => false },
    });
  });
  beforeEach(() => {
    engines.length = 0;
  });
  afterEach(closeEditors);
  const { spec } = parseSpec(text, { fileName: 'a.nnspec' });
  const question = () => eventually('a question', () => engines[0]?.questions.length === 1);

  it('start another engine before the idle one has exited, and end it when they are disposed of', async () => {
    ok(spec, 'the spec has errors');
    const engine = new ForecastEngine(vscode.Uri.file('/'));
    const asked = vscode.Uri.file('/a.nnspec');
    const waits: (() => void)[] = [];
    const { setTimeout: original } = globalThis;
    globalThis.setTimeout = ((callback: () => void, milliseconds: number) =>
      milliseconds > 60_000 ? waits.push(callback) : original(callback, milliseconds)) as typeof setTimeout;
    try {
      const first = engine.measure(asked, spec, '', () => true);
      await question();
      engines[0].questions[0](null);
      await first;
      await eventually('the wait', () => waits.length === 1);
      waits[0]();
      const second = engine.measure(asked, spec, '', () => true);
      await eventually('another engine', () => engines[1]?.questions.length === 1);
      ok(engines[0].disposed, 'the idle engine was not ended');
      engines[0].exited({ output: '' });
      await new Promise((done) => original(done, 20));
      engines[1].questions[0](null);
      await second;
    } finally {
      globalThis.setTimeout = original;
    }
    engine.dispose();
    await eventually('the end of the other engine', () => engines[1].disposed);
    equal(engines.length, 2);
  });

  it('are cancelled by an edit, but not by saving', async () => {
    await write('forecast.nnspec', text);
    const document = await open('forecast.nnspec');
    const predictor = new Predictor(vscode.Uri.file('/'));
    const check = { parsed: parseSpec(text, { fileName: 'a.nnspec' }), problems: [], facts: {} as DataFacts };
    predictor.follow(document, check);
    await question();
    await edit(document, '# ');
    await eventually('the edit to end the engine', () => engines[0].disposed);
    predictor.follow(document, check);
    await eventually('another question', () => engines[1]?.questions.length === 1);
    let told = false;
    const changes = vscode.workspace.onDidChangeTextDocument((change) => {
      told ||= change.document === document;
    });
    await document.save();
    await eventually('the saving', () => told);
    changes.dispose();
    equal(engines[1].disposed, false);
    predictor.dispose();
  });

  it('distinguish the data of two specs although the files have the same name, size and time', async () => {
    const held = new DelayedFiles('alike');
    const parsed = parseSpec(text.replace('source: moons', 'file: data.csv, target: y'), { fileName: 'a.nnspec' });
    ok(parsed.spec, 'the spec has errors');
    const stamps: (string | undefined)[] = [];
    for (const [folder, table] of Object.entries({ one: 'x,y\n1,0\n', two: 'x,y\n2,1\n' })) {
      const data = held.put(`${folder}/data.csv`, table, 5);
      stamps.push(await dataStampOf(vscode.Uri.joinPath(data, '../a.nnspec'), parsed.spec));
    }
    held.dispose();
    ok(stamps[0] && stamps[1] && stamps[0] !== stamps[1], stamps.join());
  });

  it('are not shown if a later check has found errors in the data', async () => {
    const uri = await write('late.nnspec', text);
    const document = await open('late.nnspec');
    const predictor = new Predictor(vscode.Uri.file('/'));
    const parsed = parseSpec(text, { fileName: 'a.nnspec' });
    const check: SpecCheck = { parsed, problems: [], facts: {} as DataFacts };
    predictor.follow(document, check);
    await question();
    predictor.follow(document, { parsed, problems: [] });
    const layers = [0, 1].map((layer) => ({ layer, delta: 1, saturated: 1, dead: 0, units: 4 }));
    engines[0].questions[0]({ samples: 100, layers, loss: 1, outputSpread: 1 });
    await new Promise((done) => setTimeout(done, 200));
    const shown = vscode.languages.getDiagnostics(uri).map(codeOf);
    equal(shown.includes('saturated-units'), false);
    predictor.dispose();
  });

  it('give way to a run of the same spec that has learned, until the spec changes', async () => {
    ok(spec, 'the spec has errors');
    const uri = await write('learned.nnspec', text);
    const document = await open('learned.nnspec');
    const predictor = new Predictor(vscode.Uri.file('/'));
    const parsed = parseSpec(text, { fileName: 'a.nnspec' });
    const check: SpecCheck = { parsed, problems: [], facts: {} as DataFacts };
    const layers = [0, 1].map((layer) => ({ layer, delta: 1, saturated: 1, dead: 0, units: 4 }));
    const forecast = { samples: 100, layers, loss: 1, outputSpread: 1 };
    const isShown = () => vscode.languages.getDiagnostics(uri).map(codeOf).includes('saturated-units');
    predictor.follow(document, check);
    await question();
    engines[0].questions[0](forecast);
    await eventually('the hint', isShown);
    const ended = (learned: boolean, started = { spec } as Started) => ({
      specUri: uri.toString(),
      details: { started, ended: { verdict: { learned, findings: [] } } as unknown as Ended },
    });
    await predictor.conclude(ended(false));
    ok(isShown(), 'a run that has not learned took the hint away');
    await predictor.conclude(ended(true));
    equal(isShown(), false);
    const other = text.replace('units: 4', 'units: 5');
    predictor.follow(document, { ...check, parsed: parseSpec(other, { fileName: 'a.nnspec' }) });
    await eventually('another question', () => engines[0].questions.length === 2);
    engines[0].questions[1](forecast);
    await eventually('the hint on another spec', isShown);
    predictor.dispose();
  });
});

async function edit(document: vscode.TextDocument, added: string): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  change.insert(document.uri, new vscode.Position(0, 0), added);
  await vscode.workspace.applyEdit(change);
}
