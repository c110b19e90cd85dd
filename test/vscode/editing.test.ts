import * as vscode from 'vscode';
import { contextOf } from '../../src/extension/runs/contextKeys';
import { equal, eventually, ok } from './assert';
import {
  catchMessages,
  closeEditors,
  inWorkspace,
  itOnce,
  load,
  problemsOf,
  services,
  trainUnseen,
  write,
} from './support';

const spec = `# Learns.
# Slowly.

x-net: &net { units: 4, activation: tanh }

data:
  file: table.csv
  inputs: [width, height]
  target: kind

model:
  layers:
    - dense: *net
    - dense:
        units: 2
        activation: softmax
        name: out

training:
  epochs: 3
`;

const run = <T>(command: string, ...args: unknown[]) => vscode.commands.executeCommand<T>(command, ...args);

let opened = 0;

/** Writes a new spec with a new table, and returns the position of a word in it. */
async function newSpec(text = spec) {
  const [name, table] = [`editing${++opened}.nnspec`, `table${opened}.csv`];
  await write(table, 'width,height,kind\n1,2,a\n2,1,b\n3,1,a\n1,3,b\n2,2,a\n');
  const uri = await write(name, text.replace('table.csv', table));
  const document = await load(name);
  const at = (word: string, shift = 1) => document.positionAt(document.getText().indexOf(word) + shift);
  return { uri, document, at, table, text: () => document.getText().replace(table, 'table.csv') };
}

/** The same, in an editor. */
async function openSpec(text?: string) {
  const made = await newSpec(text);
  await vscode.window.showTextDocument(made.document);
  return made;
}

/** The text at each location, with file and line. */
async function textsAt(locations: readonly (vscode.Location | vscode.LocationLink)[]): Promise<string[]> {
  return Promise.all(
    locations.map(async (location) => {
      const [uri, range] =
        'targetUri' in location ? [location.targetUri, location.targetRange] : [location.uri, location.range];
      const document = await vscode.workspace.openTextDocument(uri);
      const file = uri.path.slice(uri.path.lastIndexOf('/') + 1).replace(/\d/g, '');
      return `${file}:${range.start.line + 1} ${document.getText(range)}`;
    }),
  );
}

/** The text of a file of the workspace in the editor. It is saved, so that no test leaves unsaved files. */
async function savedTextOf(name: string): Promise<string> {
  const document = await vscode.workspace.openTextDocument(inWorkspace(name));
  await document.save();
  return document.getText();
}

/** The error message of an editor command. */
async function complaint(command: Thenable<unknown>): Promise<string> {
  try {
    await command;
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('editing a spec', () => {
  afterEach(closeEditors);

  it('answers what the editor asks about a spec', async () => {
    const { uri, at } = await newSpec(spec.replace('epochs: 3', 'epochs:   3'));
    const [word, all] = [at('kind'), new vscode.Range(0, 0, 99, 0)];
    const options = { tabSize: 2, insertSpaces: true };
    const questions: readonly (readonly [string, ...unknown[]])[] = [
      ['executeDocumentSymbolProvider'],
      ['executeFoldingRangeProvider'],
      ['executeDefinitionProvider', word],
      ['executeReferenceProvider', word],
      ['executeDocumentRenameProvider', word, 'sort'],
      ['executeFormatDocumentProvider', options],
      ['executeFormatRangeProvider', all, options],
      ['executeLinkProvider'],
      ['executeInlayHintProvider', all],
      ['provideDocumentSemanticTokens'],
      ['executeCodeActionProvider', new vscode.Range(at('activation: softmax'), at('activation: softmax'))],
      ['executeSelectionRangeProvider', [word]],
    ];
    const unanswered: string[] = [];
    for (const [command, ...args] of questions) {
      type Answer = unknown[] | vscode.WorkspaceEdit | vscode.SemanticTokens | undefined;
      const answer = await run<Answer>(`vscode.${command}`, uri, ...args);
      const size = answer && ('data' in answer ? answer.data.length : 'size' in answer ? answer.size : answer.length);
      if (!size) {
        unanswered.push(command);
      }
    }
    equal(unanswered, []);
  });

  itOnce('has an outline of chapters and layers, with their names', async () => {
    const { uri } = await newSpec();
    const symbols = await run<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', uri);
    equal(
      symbols.map(({ name }) => name),
      ['x-net', 'data', 'model', 'training'],
    );
    equal(
      symbols[2].children.map(({ name, kind }) => [name, kind]),
      [
        ['dense_1', vscode.SymbolKind.Class],
        ['out', vscode.SymbolKind.Class],
      ],
    );
  });

  itOnce('folds chapters, layers and comments through the editor’s own command', async () => {
    const { uri } = await openSpec();
    const folds = await run<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', uri);
    equal(
      folds.map(({ start, end }) => [start, end]),
      [
        [0, 1],
        [5, 8],
        [10, 16],
        [11, 16],
        [13, 16],
        [18, 19],
      ],
    );
    const lines = () => {
      const shown = vscode.window.activeTextEditor?.visibleRanges ?? [];
      return shown.reduce((sum, { start, end }) => sum + end.line - start.line + 1, 0);
    };
    const before = lines();
    await run('editor.foldAll');
    await eventually('fewer lines', () => lines() <= before - 10);
    await run('editor.unfoldAll');
  });

  itOnce('expands a selection from a value to its entry, its layer and its chapter', async () => {
    const { document, at } = await openSpec();
    const editor = vscode.window.activeTextEditor;
    ok(editor, 'no editor is open');
    editor.selection = new vscode.Selection(at('softmax', 3), at('softmax', 3));
    const seen: string[] = [];
    for (let step = 0; step < 8; step++) {
      await run('editor.action.smartSelect.expand');
      seen.push(document.getText(editor.selection));
    }
    for (const text of ['softmax', 'activation: softmax']) {
      ok(seen.includes(text), `${text} is not in ${seen.join('\n')}`);
    }
    ok(
      seen.some((text) => /^dense:\n.*name: out$/s.test(text)),
      seen.join('\n---\n'),
    );
  });

  itOnce('goes to the definition of an alias, a column, a file and a layer', async () => {
    const { uri, at } = await newSpec();
    const definition = async (word: string, shift?: number) => {
      const found = await run<(vscode.Location | vscode.LocationLink)[]>(
        'vscode.executeDefinitionProvider',
        uri,
        at(word, shift),
      );
      return textsAt(found);
    };
    equal(await definition('*net', 2), ['editing.nnspec:4 net']);
    equal(await definition('height'), ['table.csv:1 height']);
    equal(await definition('name: out', 7), ['editing.nnspec:17 out']);
    equal(await definition('.csv'), ['table.csv:1 ']);
  });

  itOnce('finds the references of a column in the data file and in the other specs that read it', async () => {
    const { uri, at, table } = await newSpec();
    await write('other.nnspec', `data: { file: ${table}, target: kind }\n`);
    const found = await run<vscode.Location[]>('vscode.executeReferenceProvider', uri, at('kind'));
    equal((await textsAt(found)).sort(), ['editing.nnspec:9 kind', 'other.nnspec:1 kind', 'table.csv:1 kind']);
  });

  itOnce('renames a column in the spec, the data file’s header and the other specs, and an anchor', async () => {
    const { uri, document, at, table, text } = await openSpec();
    await write('another.nnspec', `data: { file: ${table}, target: kind }\n`);
    const edit = await run<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', uri, at('kind'), 'sort: of');
    await vscode.workspace.applyEdit(edit);
    ok(document.getText().includes('target: "sort: of"'), document.getText());
    equal((await savedTextOf(table)).split('\n')[0], 'width,height,sort: of');
    equal(await savedTextOf('another.nnspec'), `data: { file: ${table}, target: "sort: of" }\n`);
    const anchor = await run<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', uri, at('&net', 2), 'body');
    await vscode.workspace.applyEdit(anchor);
    ok(
      document.getText().includes('x-net: &body {') && document.getText().includes('dense: *body'),
      document.getText(),
    );
    equal(text().replace('"sort: of"', 'kind').replaceAll('body', 'net'), spec);
    await document.save();
  });

  itOnce('explains why a name is not valid, and what cannot be renamed', async () => {
    const { uri, at } = await newSpec();
    const rename = (word: string, shift: number, name: string) =>
      complaint(run('vscode.executeDocumentRenameProvider', uri, at(word, shift), name));
    ok(/no digit first/.test(await rename('name: out', 7, '1st')), await rename('name: out', 7, '1st'));
    ok(/column “width” already/.test(await rename('kind', 1, 'width')), await rename('kind', 1, 'width'));
    ok(
      /Only the names of/.test(await complaint(run('vscode.prepareRename', uri, at('epochs: 3', 8)))),
      'prepareRename',
    );
  });

  itOnce(
    'formats a document and a selection through the editor’s own commands; a second time changes nothing',
    async () => {
      const untidy = spec
        .replace('{ units: 4, activation: tanh }', '{units: 4,activation:   tanh}   ')
        .replace('  epochs: 3\n', '     epochs:   3\n\n\n')
        .replace('  layers:\n    - dense: *net\n', '  layers:\n\n\n    -   dense: *net   # first\n');
      const { document, text } = await openSpec(untidy);
      await run('editor.action.formatDocument');
      const tidy = spec.replace('  layers:\n    - dense: *net\n', '  layers:\n\n    - dense: *net # first\n');
      equal(text(), tidy);
      await run('editor.action.formatDocument');
      equal(text(), tidy);
      await document.save();

      const second = await openSpec('seed:   1\nname:   a\ndata:   {source: xor}\n');
      const editor = vscode.window.activeTextEditor;
      ok(editor, 'no editor is open');
      editor.selection = new vscode.Selection(1, 0, 1, 3);
      await run('editor.action.formatSelection');
      equal(second.document.getText(), 'seed:   1\nname: a\ndata:   {source: xor}\n');
    },
  );

  itOnce('links the data file', async () => {
    const { uri, table } = await newSpec();
    const links = await run<vscode.DocumentLink[]>('vscode.executeLinkProvider', uri);
    equal(
      links.map(({ target }) => target?.toString()),
      [inWorkspace(table).toString()],
    );
  });

  itOnce('has semantic tokens, and inlay hints for shapes, counts and the inferred loss', async () => {
    const { uri } = await newSpec();
    const legend = await run<vscode.SemanticTokensLegend>('vscode.provideDocumentSemanticTokensLegend', uri);
    const tokens = await run<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', uri);
    const types = new Set(
      Array.from({ length: tokens.data.length / 5 }, (_, i) => legend.tokenTypes[tokens.data[5 * i + 3]]),
    );
    for (const type of ['chapter', 'key', 'layer', 'activation', 'column', 'anchor', 'number']) {
      ok(types.has(type), type);
    }
    const hints = await run<vscode.InlayHint[]>('vscode.executeInlayHintProvider', uri, new vscode.Range(0, 0, 99, 0));
    equal(
      hints.map(({ label }) => label),
      [
        '[2] → [2] · 22 params',
        '→ [4] · 12 params · 16 FLOPs',
        '→ [2] · 10 params · 16 FLOPs',
        'loss: categorical_crossentropy',
      ],
    );
  });

  itOnce('shows its effective text in a read-only document, which follows edits', async () => {
    const { uri, document } = await openSpec();
    await run('nnspec.showEffectiveSpec', uri);
    const shown = vscode.window.activeTextEditor?.document;
    ok(shown, 'nothing is shown');
    ok(shown.uri.path.endsWith('.effective.nnspec'), `${shown.uri} is shown`);
    equal([shown.languageId, shown.isUntitled, shown.isDirty], ['nnspec', false, false]);
    ok(/batch_size: \d+/.test(shown.getText()), shown.getText());
    const lenses = await run<vscode.CodeLens[]>('vscode.executeCodeLensProvider', shown.uri);
    equal(lenses.length, 0, 'it is the spec that is trained');
    const hovers = await run<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      shown.uri,
      shown.positionAt(shown.getText().indexOf('table') + 1),
    );
    const told = hovers.flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value)).join();
    ok(/\b5\b/.test(told), `the data file is found from the effective text, too: ${told}`);
    const change = new vscode.WorkspaceEdit();
    const at = document.getText().indexOf('epochs: 3') + 'epochs: '.length;
    change.replace(uri, new vscode.Range(document.positionAt(at), document.positionAt(at + 1)), '77');
    await vscode.workspace.applyEdit(change);
    await eventually('the effective text follows its spec', () => shown.getText().includes('epochs: 77'));
    equal(problemsOf(shown.uri).length, 0);
    await document.save();
  });

  itOnce('offers to train if there is no run to show', async () => {
    const { uri } = await newSpec();
    const { runs } = await services();
    const said = await catchMessages(async () => void (await run('nnspec.showPanel', uri)), 'Train Network');
    ok(/no run to show/.test(said.join()), said.join());
    await eventually('the run that was offered', () => runs.of(uri));
  });

  itOnce('replaces the effective text by a note while the spec is deleted', async () => {
    const { uri, document } = await openSpec();
    const content = document.getText();
    await run('nnspec.showEffectiveSpec', uri);
    const shown = vscode.window.activeTextEditor?.document;
    ok(shown, 'nothing is shown');
    ok(shown.getText().includes('batch_size'), shown.getText());
    const remove = new vscode.WorkspaceEdit();
    remove.deleteFile(uri);
    await vscode.workspace.applyEdit(remove);
    await eventually('the effective text says that its spec is gone', () =>
      /^# .*editing\d+\.nnspec/.test(shown.getText()),
    );
    equal(problemsOf(shown.uri).length, 0);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(content));
    await vscode.workspace.openTextDocument(uri);
    await eventually('the effective text is back', () => shown.getText().includes('batch_size'));
  });

  itOnce('has the buttons of its run above its effective text, too', async () => {
    const { uri } = await newSpec();
    await trainUnseen(uri);
    await run('nnspec.showEffectiveSpec', uri);
    const effective = vscode.window.activeTextEditor?.document.uri.path ?? '';
    const { knownSpecs, runningSpecs } = contextOf((await services()).runs.all);
    ok(knownSpecs.includes(effective), `${effective} is not among ${knownSpecs.join()}`);
    ok(!runningSpecs.includes(effective), 'its run is over');
  });
});
