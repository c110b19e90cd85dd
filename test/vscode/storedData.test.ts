import * as vscode from 'vscode';
import { StoredFiles } from '../../src/extension/files/storedFiles';
import { usePlatform } from '../../src/extension/platform';
import { RunManager, type TrainRequest } from '../../src/extension/runs/runManager';
import { RunStorage } from '../../src/extension/runs/runStorage';
import { parseSpec } from '../../src/language';
import { equal, eventually, ok } from './assert';
import { catchMessages, closeEditors, inWorkspace, services, train, trainToEnd, write } from './support';

const xor = (epochs: number) => `name: Stored
seed: 1
data: { source: xor }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { loss: binary_crossentropy, optimizer: { sgd: 0.5 }, batch_size: 4, epochs: ${epochs} }
`;

const keepRuns = (count: number | undefined) =>
  vscode.workspace.getConfiguration('nnspec').update('runs.keep', count, vscode.ConfigurationTarget.Global);
const deleteAll = () => vscode.commands.executeCommand('nnspec.deleteStoredData');

describe('stored data', () => {
  afterEach(async () => {
    await keepRuns(undefined);
    for (const run of (await services()).runs.all) {
      run.endEngine();
    }
    await closeEditors();
  });

  /** Trains until the run is stored with its end. */
  async function storedRun(name: string): Promise<vscode.Uri> {
    const spec = await write(name, xor(20));
    const run = await trainToEnd(spec);
    const { runs } = await services();
    await eventually('the run in storage', async () => {
      const stored = await runs.readStored(spec);
      return stored?.id === run.id && stored.state === run.state;
    });
    return spec;
  }

  it('are deleted by the command, which says how much there is and where, and asks first', async () => {
    const { runs, storage, results } = await services();
    const spec = await storedRun('deleted.nnspec');
    const active = await train(await write('active.nnspec', xor(50_000_000)));
    ok(active, 'not trained');
    await eventually('the result', () => results.kept > 0);
    const { runs: count } = await storage.measure();
    const asked = await catchMessages(async () => deleteAll());
    equal(asked.length, 1);
    ok(asked[0].includes(storage.path) && /• \d+ runs? \(\d/.test(asked[0]), asked[0]);
    ok(/• the last results? of \d+ spec/.test(asked[0]), asked[0]);
    // A browser's file system replaces a file in two steps, between which there is none.
    await eventually('all runs, without an answer', async () => (await storage.measure()).runs >= count, 5000);
    const [, said] = await catchMessages(async () => deleteAll(), 'Delete');
    ok(/^Deleted: \d+ runs? \(\d.*\), the last results? of \d+ specs?\.$/.test(said), said);
    equal([(await storage.measure()).runs, results.kept], [0, 0]);
    ok(runs.of(spec)?.hasEngine, 'the run is no longer in its window');
    ok(active.isActive, 'the active run has ended');
    active.endEngine();
    await new Promise((done) => setTimeout(done, 1500));
    equal([(await storage.measure()).runs, results.kept], [0, 0], 'stored again');
    equal(await catchMessages(async () => deleteAll()), ['NNSpec has stored nothing.']);
    await storedRun('deleted.nnspec');
    await eventually('one stored run', async () => (await storage.measure()).runs === 1);
  });

  it('do not come into being where the setting keeps nothing', async () => {
    const { runs, storage, results } = await services();
    await keepRuns(0);
    // Runs of other tests may still be on their way.
    await storage.close();
    const before = await storage.measure();
    const kept = results.kept;
    const spec = await write('unkept.nnspec', xor(20));
    await trainToEnd(spec);
    await eventually('a result for this window', () => results.of(spec.toString()));
    await new Promise((done) => setTimeout(done, 1200));
    equal([await runs.readStored(spec), await storage.measure(), results.kept], [undefined, before, kept]);
  });
});

describe('the end of a window', () => {
  it('stores a run with its end, also one that began or ended just before', async () => {
    const extension = vscode.extensions.getExtension('nnspec.nnspec');
    ok(extension, 'the extension is not installed');
    // This suite has its own copy of the module. No engine is needed.
    usePlatform({ startEngineProcess: () => Promise.reject(new Error('none')), realPath: async () => undefined });
    const log = (await services()).log;
    const storage = new RunStorage(new StoredFiles(inWorkspace('runs-of-another-window')), () => 9, log);
    const manager = new RunManager(extension.extensionUri, storage, log);
    const { spec } = parseSpec(xor(20), { fileName: 'a.nnspec' });
    ok(spec, 'the spec has errors');
    const specUris = [inWorkspace('ends.nnspec'), inWorkspace('begins.nnspec')];
    const [ends] = specUris.map((specUri) =>
      manager.train({ specUri, spec, specText: xor(20), fileName: 'a.nnspec' } as TrainRequest),
    );
    ends.fail({ code: 'x', message: 'It failed.' });
    await manager.close();
    const states = await Promise.all(specUris.map(async (uri) => (await manager.readStored(uri))?.state));
    equal(states, ['failed', 'stopped']);
    await storage.deleteAll();
  });
});

/** A file system in memory that can refuse to write or to rename. */
class Memory implements vscode.FileSystemProvider {
  readonly files = new Map<string, Uint8Array>();
  refuses: 'writeFile' | 'rename' | undefined;
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  watch = () => new vscode.Disposable(() => undefined);
  stat = (uri: vscode.Uri): vscode.FileStat => {
    const times = { ctime: 0, mtime: 0 };
    return uri.path === '/'
      ? { type: vscode.FileType.Directory, ...times, size: 0 }
      : { type: vscode.FileType.File, ...times, size: this.readFile(uri).length };
  };
  readDirectory = (): [string, vscode.FileType][] => [...this.files.keys()].map((path) => [path.slice(1), 1]);
  createDirectory = () => undefined;
  readFile = (uri: vscode.Uri): Uint8Array => {
    const bytes = this.files.get(uri.path);
    if (!bytes) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return bytes;
  };
  writeFile = ({ path }: vscode.Uri, bytes: Uint8Array) => {
    this.files.set(path, this.refuses === 'writeFile' ? bytes.slice(0, 10) : bytes);
    if (this.refuses === 'writeFile') {
      throw new vscode.FileSystemError('no space left on device');
    }
  };
  delete = ({ path }: vscode.Uri) => void this.files.delete(path);
  rename = (from: vscode.Uri, to: vscode.Uri) => {
    if (this.refuses === 'rename') {
      throw vscode.FileSystemError.NoPermissions('there is no rename');
    }
    this.files.set(to.path, this.readFile(from));
    this.files.delete(from.path);
  };
}

describe('a file of another file system', () => {
  afterEach(closeEditors);

  it('is replaced whole, or stays; also where files cannot be renamed', async () => {
    const spec = await write('elsewhere.nnspec', xor(20));
    await trainToEnd(spec);
    const memory = new Memory();
    const registration = vscode.workspace.registerFileSystemProvider('nnspec-memory', memory);
    try {
      const target = vscode.Uri.parse('nnspec-memory:/w.safetensors');
      const save = () => catchMessages(async () => vscode.commands.executeCommand('nnspec.saveWeights', spec, target));
      for (const refuses of [undefined, 'rename', 'writeFile'] as const) {
        const old = new TextEncoder().encode('the old content');
        memory.files.set('/w.safetensors', old);
        memory.refuses = refuses;
        const said = await save();
        equal([...memory.files.keys()], ['/w.safetensors']);
        const now = memory.files.get('/w.safetensors');
        if (refuses === 'writeFile') {
          ok(said.length === 1 && said[0].startsWith('Nothing was saved, and the run still holds it.'), said.join());
          equal(Array.from(now ?? []), Array.from(old));
        } else {
          equal(said, []);
          ok(now && now.length > 100, `${refuses}: ${now?.length} bytes`);
        }
      }
    } finally {
      registration.dispose();
    }
  });
});
