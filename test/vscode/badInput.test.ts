import * as vscode from 'vscode';
import { equal, ok } from './assert';
import {
  catchMessages,
  closeEditors,
  itOnce,
  load,
  messagesOf,
  problem,
  problemsOf,
  services,
  train,
  trainUnseen,
  write,
} from './support';

/** A spec for a file that must have two columns and a class. */
function specOf(file: string, more = ''): string {
  return `data:
  file: ${file}
  target: y
${more}
model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: 2, activation: softmax }

training:
  loss: categorical_crossentropy
  epochs: 5
`;
}

interface Case {
  readonly what: string;
  readonly file?: { readonly name: string; readonly text: string };
  readonly spec: string;
  readonly code: string;
  readonly says: RegExp;
  /** The problem is in the data file, at this line (from 0). */
  readonly line?: number;
  /** The message depends on how the host reads files. */
  readonly inBothHosts?: boolean;
}

const cases: readonly Case[] = [
  {
    what: 'a CSV file that is missing',
    spec: specOf('nowhere.csv'),
    code: 'data-file',
    says: /nowhere\.csv/,
    inBothHosts: true,
  },
  {
    what: 'a text cell in a numeric column',
    file: { name: 'text.csv', text: 'a,b,y\n1,2,p\n3,four,q\n' },
    spec: specOf('text.csv'),
    code: 'text-cell',
    says: /four/,
    line: 2,
  },
  {
    what: 'a text cell in a table that an engine process reads',
    file: { name: 'large.csv', text: `a,b,y\n${'1,2,p\n'.repeat(50_000)}3,four,q\n` },
    spec: specOf('large.csv'),
    code: 'text-cell',
    says: /four/,
    line: 50_001,
  },
  {
    what: 'a target column that is not there',
    file: { name: 'other.csv', text: 'a,b,z\n1,2,p\n3,4,q\n' },
    spec: specOf('other.csv'),
    code: 'unknown-column',
    says: /“y”|"y"/,
  },
  {
    what: 'a path outside the workspace',
    spec: specOf('../secret.csv'),
    code: 'data-file',
    says: /out of the workspace/,
    inBothHosts: true,
  },
  {
    what: 'nesting 1,000 deep',
    spec: `x-deep: ${'['.repeat(1000)}${']'.repeat(1000)}\n${specOf('nowhere.csv')}`,
    code: 'nesting-too-deep',
    says: /64/,
  },
];

describe('bad input', () => {
  afterEach(closeEditors);

  for (const [index, { what, file, spec, code, says, line, inBothHosts }] of cases.entries()) {
    (inBothHosts ? it : itOnce)(`is refused with a clear message: ${what}`, async () => {
      const data = file && (await write(file.name, file.text));
      const uri = await write(`bad${index}.nnspec`, spec);
      await load(`bad${index}.nnspec`);
      equal(await train(uri), undefined, 'a run was started');
      equal((await services()).runs.of(uri), undefined);
      const found = await problem(line === undefined || !data ? uri : data, code);
      equal(found.severity, vscode.DiagnosticSeverity.Error);
      ok(says.test(found.message), `${code} says: ${found.message}`);
      if (line !== undefined) {
        equal(found.range.start.line, line);
      }
    });
  }

  itOnce('has no problem in a data file any more once the data are corrected', async () => {
    const data = await write('mend.csv', 'a,b,y\n1,2,p\n3,four,q\n');
    const uri = await write('mend.nnspec', specOf('mend.csv', '  split: { train: 1 }'));
    await load('mend.nnspec');
    await problem(data, 'text-cell');
    await write('mend.csv', 'a,b,y\n1,2,p\n3,4,q\n');
    ok(await train(uri), `not trained: ${messagesOf(uri)}`);
    equal(problemsOf(data).length, 0);
  });

  itOnce('offers fixes in the spec for a bad cell, in the data file and at its name in the spec', async () => {
    const data = await write('cell.csv', 'a,b,y\n1,2,p\n3,four,q\n');
    await write('cell.nnspec', specOf('cell.csv', '  split: { train: 1 }'));
    const document = await load('cell.nnspec');
    const { range } = await problem(data, 'text-cell');
    await vscode.window.showTextDocument(data, { preview: false });
    const titlesAt = async (uri: vscode.Uri, at: vscode.Range) => {
      const command = 'vscode.executeCodeActionProvider';
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(command, uri, at);
      return actions.map(({ title }) => title).join('; ');
    };
    const inData = await titlesAt(data, range);
    ok(inData.includes('Add “types: { b: category }”, in cell.nnspec'), inData);
    const name = document.positionAt(document.getText().indexOf('cell.csv'));
    const inSpec = await titlesAt(document.uri, new vscode.Range(name, name));
    ok(inSpec.includes('Leave “b” out of the inputs'), inSpec);
  });

  itOnce('does not harm the run or its weights if the disk is full when they are saved', async () => {
    const { uri } = await load('xor.nnspec');
    const run = await trainUnseen(uri);
    const disk = new FullDisk();
    const registration = vscode.workspace.registerFileSystemProvider('fulldisk', disk);
    try {
      const target = vscode.Uri.parse('fulldisk:/xor.safetensors');
      const said = await catchMessages(() =>
        Promise.resolve(vscode.commands.executeCommand('nnspec.saveWeights', uri, target)),
      );
      equal(said.length, 1);
      ok(/no space left/.test(said[0]) && /still holds/.test(said[0]), said[0]);
      ok(run.hasEngine, 'the run lost its engine');
    } finally {
      registration.dispose();
    }
  });
});

/** A read-only file system. */
class FullDisk implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  watch = () => new vscode.Disposable(() => undefined);
  stat = (uri: vscode.Uri): vscode.FileStat => {
    if (uri.path === '/') {
      return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    }
    throw vscode.FileSystemError.FileNotFound(uri);
  };
  readDirectory = () => [];
  createDirectory = () => undefined;
  readFile = (uri: vscode.Uri): Uint8Array => {
    throw vscode.FileSystemError.FileNotFound(uri);
  };
  writeFile = () => {
    throw new vscode.FileSystemError('no space left on device');
  };
  delete = () => undefined;
  rename = () => undefined;
}
