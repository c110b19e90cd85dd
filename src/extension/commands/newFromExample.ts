import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { readShippedFile } from '../files/dataFiles';
import { writeWhole } from '../files/writeFile';
import { language } from '../l10n';
import { tick } from '../walkthrough';
import { inBackground } from '../words/background';
import { choose, showInformation, showWarning } from '../words/messages';

/** An entry of `examples/index.json`. */
export interface ExampleEntry {
  readonly file: string;
  readonly korean: string;
  readonly title: Readonly<Record<'en' | 'ko', string>>;
  readonly description: Readonly<Record<'en' | 'ko', string>>;
  /** Data files that the example reads. They are copies of sets that the package contains once. */
  readonly data: readonly string[];
}

/** The examples in the order of the lessons. */
export async function examples(extensionUri: vscode.Uri): Promise<readonly ExampleEntry[]> {
  return JSON.parse(await readText(vscode.Uri.joinPath(extensionUri, 'examples', 'index.json')));
}

/** Opens an unsaved copy of an example, by default of one that is chosen, and copies its data files. */
export async function newFromExample(
  extensionUri: vscode.Uri,
  file?: unknown,
): Promise<vscode.TextDocument | undefined> {
  const entries = await examples(extensionUri);
  const items = entries.map((entry) => ({
    label: entry.title[language()],
    description: entry.file,
    detail: entry.description[language()],
    value: entry,
  }));
  const entry = entries.find((each) => each.file === file) ?? (await choose(items, t('Choose an example')));
  if (!entry) {
    return undefined;
  }
  await copyData(extensionUri, entry.data);
  tick('openedExample');
  const folder = vscode.Uri.joinPath(extensionUri, 'examples');
  return showNew(await readText(vscode.Uri.joinPath(folder, language() === 'ko' ? entry.korean : entry.file)));
}

async function readText(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

/** Copies data files into the first workspace folder, which untitled specs read from. Overwrites none. */
async function copyData(extensionUri: vscode.Uri, files: readonly string[]): Promise<void> {
  const target = vscode.workspace.workspaceFolders?.[0];
  if (files.length === 0) {
    return;
  }
  if (!target) {
    const message = t(
      'This example reads {0}. Open a folder first: the file is then copied into it.',
      files.join(', '),
    );
    const open = t('Open Folder…');
    inBackground(
      showWarning(message, open).then(
        (answer) => answer === open && vscode.commands.executeCommand('vscode.openFolder'),
      ),
    );
    return;
  }
  const copied = await Promise.all(files.map((file) => copyIfMissing(extensionUri, target.uri, file)));
  const fresh = files.filter((_, index) => copied[index]);
  if (fresh.length > 0) {
    inBackground(showInformation(t('Copied into {0}: {1}', target.name, fresh.join(', '))));
  }
}

async function copyIfMissing(extensionUri: vscode.Uri, folder: vscode.Uri, file: string): Promise<boolean> {
  const target = vscode.Uri.joinPath(folder, file);
  try {
    await vscode.workspace.fs.stat(target);
    return false;
  } catch {
    await writeWhole(target, await readShippedFile(extensionUri, file));
    return true;
  }
}

/** Opens a new spec: the smallest network that can learn something. */
export async function newSpec(): Promise<vscode.TextDocument> {
  return showNew(`name: ${t('My network')}
seed: 1

data:
  source: xor

model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: 1, activation: sigmoid }

training:
  loss: binary_crossentropy
  optimizer: { sgd: { learning_rate: 0.5 } }
  batch_size: 4
  epochs: 2000
`);
}

/** Opens a new spec: one unit, which cannot learn XOR. */
export async function newOneLayer(): Promise<vscode.TextDocument> {
  const comment = [
    t('One unit answers 1 on one side of a line. The ones of XOR lie in opposite corners:'),
    t('whichever line it is, a corner is on the wrong side.'),
    t('Look for: the line in the Network tab turns while it trains, and separates nothing.'),
    t('The loss ends at ln 2 = 0.693, that of always answering 0.5.'),
    t('Try: “source: and”, which a line separates. Or a hidden layer before the unit:'),
    '- dense: { units: 4, activation: tanh }',
  ];
  return showNew(`${comment.map((line) => `# ${line}\n`).join('')}
name: ${t('One layer on XOR')}
seed: 3

data:
  source: xor

model:
  layers:
    - dense: { units: 1, activation: sigmoid }

training:
  loss: binary_crossentropy
  optimizer: { sgd: { learning_rate: 0.5 } }
  batch_size: 4
  epochs: 300
`);
}

async function showNew(content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language: 'nnspec', content });
  await vscode.window.showTextDocument(document);
  return document;
}
