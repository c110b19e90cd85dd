import * as vscode from 'vscode';
import { equal, ok } from './assert';
import { closeEditors, open, services, trainToEnd, write } from './support';

const spec = `name: Exported
data: { source: xor }
model: { layers: [{ dense: { units: 2, activation: tanh } }, { dense: { units: 1, activation: sigmoid } }] }
training: { epochs: 2 }
`;

describe('NNSpec: Export…', () => {
  afterEach(async () => {
    for (const run of (await services()).runs.all) {
      run.endEngine();
    }
    await closeEditors();
  });

  it('writes a diagram of a spec, a script with its data, and the program of a kept run', async () => {
    const uri = await write('exported.nnspec', spec);
    await open('exported.nnspec');
    const at = (path: string) => vscode.Uri.joinPath(uri, '..', path);
    const text = async (path: string) => new TextDecoder().decode(await vscode.workspace.fs.readFile(at(path)));
    const run = (format: string, path: string) =>
      vscode.commands.executeCommand('nnspec.export', uri, format, at(path));
    await run('svg', 'exported.svg');
    ok((await text('exported.svg')).startsWith('<svg'), 'a picture');
    await run('numpy', 'exported-numpy');
    ok((await text('exported-numpy/data.csv')).startsWith('x1,x2,y'), 'its data');
    await trainToEnd(uri);
    const question = vscode.window.showQuickPick;
    let asked = 0;
    Object.assign(vscode.window, {
      showQuickPick: async (items: readonly unknown[]) => {
        asked++;
        return items[0];
      },
    });
    try {
      await run('javascript', 'exported.mjs');
    } finally {
      Object.assign(vscode.window, { showQuickPick: question });
    }
    equal(asked, 1, 'the weights were asked for');
    ok((await text('exported.mjs')).includes('export function predict'), 'a program');
  });
});
