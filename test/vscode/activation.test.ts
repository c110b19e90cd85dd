import * as vscode from 'vscode';
import { equal, eventually, ok } from './assert';

const id = 'nnspec.nnspec';

describe('the extension', () => {
  it('is there and runs in the host under test', async () => {
    const extension = vscode.extensions.getExtension(id);
    ok(extension, `${id} is not installed`);
    await extension.activate();
    ok(extension.isActive, `${id} did not activate`);
  });

  it('knows .nnspec files as its own language', async () => {
    const [file] = await vscode.workspace.findFiles('xor.nnspec');
    ok(file, 'the workspace holds no xor.nnspec');
    const document = await vscode.workspace.openTextDocument(file);
    equal(document.languageId, 'nnspec');
  });

  it('registers every command of its manifest', async () => {
    const extension = vscode.extensions.getExtension(id);
    const declared: { command: string }[] = extension?.packageJSON.contributes.commands ?? [];
    ok(declared.length > 0, 'the manifest declares no command');
    const missing = await eventually('all commands registered', async () => {
      const known = new Set(await vscode.commands.getCommands(true));
      const left = declared.filter(({ command }) => !known.has(command)).map(({ command }) => command);
      return left.length === 0 ? { left } : undefined;
    });
    equal(missing.left, []);
  });
});
