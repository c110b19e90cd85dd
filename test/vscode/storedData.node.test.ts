import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { equal, eventually, ok } from './assert';
import { catchMessages, closeEditors, load, services, trainUnseen } from './support';

describe('files on disk', () => {
  afterEach(closeEditors);

  it('are private if the extension stores them, and keep their permissions if the user saves over them', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    const { uri } = await load('xor.nnspec');
    const untitled = await vscode.workspace.openTextDocument({
      language: 'nnspec',
      content: 'data: { source: xor }\nmodel: { layers: [dense: { units: 1, activation: sigmoid }] }\n',
    });
    await trainUnseen(uri);
    const run = await trainUnseen(untitled.uri);
    const { homes } = await services();
    const folder = join(homes.stored.uri.fsPath, 'runs', run.id);
    await eventually('the kept run', () => existsSync(join(folder, 'weights.safetensors')));
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
    equal(modeOf(folder), '700');
    equal(
      ['run.json', 'events.jsonl', 'spec.nnspec', 'weights.safetensors'].map((name) => modeOf(join(folder, name))),
      ['600', '600', '600', '600'],
    );
    const target = vscode.Uri.joinPath(uri, '../mine.safetensors');
    writeFileSync(target.fsPath, 'old');
    chmodSync(target.fsPath, 0o600);
    await vscode.commands.executeCommand('nnspec.saveWeights', uri, target);
    equal(modeOf(target.fsPath), '600');
    ok(readFileSync(target.fsPath).length > 100, 'the weights were not written');
  });

  it('are not saved over a folder; the message says so', async () => {
    const { uri } = await load('xor.nnspec');
    await trainUnseen(uri);
    const target = vscode.Uri.joinPath(uri, '../folder.safetensors');
    mkdirSync(target.fsPath, { recursive: true });
    const said = await catchMessages(async () => {
      await vscode.commands.executeCommand('nnspec.saveWeights', uri, target);
    });
    ok(said.length === 1 && said[0].endsWith('folder.safetensors is a folder. Name a file.'), said.join());
    ok(statSync(target.fsPath).isDirectory(), 'the folder was replaced');
  });
});
