import * as vscode from 'vscode';
import type { Run } from '../../src/extension/runs/run';
import { equal, eventually, ok } from './assert';
import { catchMessages, closeEditors, itOnce, keepRuns, services, train, trainUnseen, write } from './support';

const xor = (epochs: number) => `name: Stored
seed: 1
data: { source: xor }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { loss: binary_crossentropy, optimizer: { sgd: 0.5 }, batch_size: 4, epochs: ${epochs} }
`;

const deleteAll = () => vscode.commands.executeCommand('nnspec.deleteStoredData');

describe('stored data', () => {
  afterEach(async () => {
    await keepRuns(undefined);
    for (const run of (await services()).runs.all) {
      run.endEngine();
    }
    await closeEditors();
  });

  /** Trains until the run is kept with its end. */
  async function keptRun(name: string): Promise<vscode.Uri> {
    const spec = await write(name, xor(20));
    const run = await trainUnseen(spec);
    const { homes } = await services();
    await eventually('the kept run', async () => {
      const found = await homes.newestOf(spec);
      return found?.id === run.id && 'header' in found && found.header.state === 'completed';
    });
    return spec;
  }

  // A run is several files, each a message to the window: in a browser, deleting all takes long.
  itOnce('are deleted by the command, which says how much there is and where, and asks first', async () => {
    const { homes, results } = await services();
    await keptRun('deleted.nnspec');
    const active = await train(await write('active.nnspec', xor(50_000_000)));
    ok(active, 'not trained');
    // It counts as training while it is paused, and takes no time from the test.
    await active.pause();
    await eventually('the result', () => results.kept > 0);
    const ids = async () => (await homes.runs()).map(({ id }) => id);
    await eventually('the active run', async () => (await ids()).includes(active.id));
    const before = await ids();
    const asked = await catchMessages(async () => deleteAll());
    equal(asked.length, 1);
    ok(asked[0].includes('.nnspec') && /• \d+ runs? \(\d/.test(asked[0]), asked[0]);
    ok(/• the last results? of \d+ spec/.test(asked[0]), asked[0]);
    equal(await ids(), before);
    const [, said] = await catchMessages(async () => deleteAll(), 'Delete');
    ok(/^Deleted: \d+ runs? \(\d.*\), the last results? of \d+ specs?\.$/.test(said), said);
    equal([await ids(), results.kept], [[active.id], 0]);
    ok(active.isActive, 'the active run has ended');
    active.endEngine();
    await eventually('the end of the active run', async () => {
      const [found] = await homes.runs();
      return found && 'header' in found && found.header.state === 'stopped';
    });
  });

  it('do not come into being where the setting keeps nothing', async () => {
    const { homes, keeper, results } = await services();
    await keepRuns(0);
    // Runs of other tests may still be on their way.
    await keeper.close();
    const kept = results.kept;
    const spec = await write('unkept.nnspec', xor(20));
    await trainUnseen(spec);
    await eventually('a result for this window', () => results.of(spec.toString()));
    equal([await homes.newestOf(spec), results.kept], [undefined, kept]);
  });

  it('of an untitled spec lie in the storage of the extension', async () => {
    const { homes } = await services();
    const document = await vscode.workspace.openTextDocument({ language: 'nnspec', content: xor(20) });
    const run = await trainUnseen(document.uri);
    // A name of an untitled document is used again.
    const found = await eventually('the kept run', async () => {
      const newest = await homes.newestOf(document.uri);
      return newest?.id === run.id ? newest : undefined;
    });
    equal(found.home.uri.toString(), homes.stored.uri.toString());
  });
});

describe('a run whose window was closed', () => {
  afterEach(async () => {
    for (const run of (await services()).runs.all) {
      run.endEngine();
    }
    await closeEditors();
  });

  it('is interrupted, and goes on with the bits that it would have had, interventions included', async () => {
    const { homes, keeper, runs } = await services();
    /** Pauses within an epoch, sets a learning rate, and does one more batch. */
    const begin = async (name: string) => {
      const spec = await write(name, xor(300));
      const run = await vscode.commands.executeCommand<Run>('nnspec.train', spec, { firstStep: 'epoch' });
      const found = await eventually('a checkpoint', async () => {
        const each = await homes.newestOf(spec);
        return (await each?.home.repository.folderOf(run.id).stat('checkpoints/last.nnckpt')) && each;
      });
      ok('ok' in (await run.ask('setLearningRate', { learningRate: 0.125 })), 'the rate was refused');
      await run.ask('step', { unit: 'batch' });
      return { spec, run, found };
    };
    const weightsOf = async (run: Run) => {
      await run.over;
      await eventually('final values', () => run.details.ended);
      const reply = await run.ask('saveWeights', null);
      return 'ok' in reply ? Array.from(reply.ok) : reply.err.message;
    };
    const straight = await begin('a/resumed.nnspec');
    await straight.run.ask('resume', null);
    const weights = await weightsOf(straight.run);

    const { spec, run, found } = await begin('b/resumed.nnspec');
    await keeper.close();
    run.dispose();
    const interrupted = await found.home.repository.find(run.id);
    equal(interrupted && 'header' in interrupted && interrupted.header.state, 'interrupted');
    const again = await vscode.commands.executeCommand<Run | undefined>('nnspec.resumeRun', spec);
    ok(again, 'not resumed');
    equal(again.id, run.id);
    equal(runs.of(spec)?.id, run.id);
    equal(await weightsOf(again), weights);
    const kept = await eventually('the end on disk', async () => {
      // In a browser, a file that is being replaced is missing for a moment.
      const read = await found.home.repository.read(run.id).catch(() => undefined);
      return read?.record.end && read;
    });
    equal(Array.from(kept.series.all().loss.y), Array.from(straight.run.series().loss.y));
    equal(kept.events.filter(({ event }) => event === 'set').length, 1);
  });
});

describe('a sweep', () => {
  afterEach(closeEditors);

  itOnce('trains every run as if it were alone, keeps each, and writes the best into the spec', async () => {
    const { homes } = await services();
    const text = `${xor(40)}sweep: { values: { training.optimizer.sgd.learning_rate: [0.001, 2], seed: [1, 2] } }\n`;
    const spec = await write('sweep/swept.nnspec', text.replace('sgd: 0.5', 'sgd: 0.001'));
    const [said] = await catchMessages(async () => {
      await vscode.commands.executeCommand('nnspec.train', spec);
      await eventually('the best values in the spec', async () =>
        (await vscode.workspace.openTextDocument(spec)).getText().includes('sgd: 2 }'),
      );
    }, 'Apply to Spec');
    ok(
      /^Stored: 4 of 4 runs trained\. The best has loss 0\.\d+ \(learning_rate = 2, seed = [12]\)\.$/.test(said),
      said,
    );
    const runs = (await homes.runs()).filter((run) => 'header' in run && run.header.sweep);
    equal(runs.length, 4);
    equal(new Set(runs.map((run) => 'header' in run && run.header.sweep?.id)).size, 1);
    const found = runs.find(
      (run) =>
        'header' in run &&
        JSON.stringify(run.header.sweep?.values) === '{"training.optimizer.sgd.learning_rate":2,"seed":2}',
    );
    ok(found, 'a run is missing');
    const swept = await found.home.repository.read(found.id);
    const alone = xor(40).replace('sgd: 0.5', 'sgd: 2').replace('seed: 1', 'seed: 2');
    const run = await trainUnseen(await write('sweep/alone.nnspec', alone));
    equal(Array.from(swept.series.all().loss.y), Array.from(run.series().loss.y));
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
    await trainUnseen(spec);
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
