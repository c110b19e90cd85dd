import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import {
  type CompletionHost,
  type CompletionItem,
  completionsAt,
  documentOf,
  type ItemKind,
  Lines,
} from '../../language';
import { listFolder } from '../files/dataFiles';
import { language } from '../l10n';
import { inert } from '../words/inert';
import { markdownOf } from '../words/marks';
import { toRange } from './convert';
import { readFormulas } from './formulas';
import { arraysAt, tableOf } from './tables';
import { themeOf } from './theme';

/** Width of a plot, in px, that fits into the pane beside the list without a scroll bar. */
const plotWidth = 290;

/** A completion item with the source of its documentation, which is created when the item is selected. */
class Item extends vscode.CompletionItem {
  constructor(
    readonly source: CompletionItem,
    readonly spec: vscode.Uri,
  ) {
    const { label, suffix, detail } = source;
    super({
      label: inert(label),
      ...(suffix ? { detail: inert(suffix) } : {}),
      ...(detail ? { description: inert(detail) } : {}),
    });
  }
}

/** A position in a spec, and the text of the spec at the time of the request. */
export interface CompletionRequest {
  readonly spec: vscode.Uri;
  readonly text: string;
  readonly position: vscode.Position;
}

export async function provideCompletions(
  { spec, text, position }: CompletionRequest,
  extensionUri: vscode.Uri,
): Promise<vscode.CompletionItem[]> {
  const lines = new Lines(text);
  const items = await completionsAt(text, lines.offsetAt(position), hostOf(spec, extensionUri));
  return items.map((item) => toItem(new Item(item, spec), lines, position));
}

function toItem(item: Item, lines: Lines, position: vscode.Position): vscode.CompletionItem {
  const { source } = item;
  const { insertText, filterText, sortText, span, removed, retrigger, preselect } = source;
  const { start, end } = toRange(lines.range(span));
  item.kind = toKind(source.kind);
  item.insertText = new vscode.SnippetString(insertText);
  item.range = {
    inserting: new vscode.Range(start, position),
    replacing: new vscode.Range(start, end),
  };
  item.sortText = sortText;
  item.filterText = filterText ?? source.label;
  if (removed) {
    item.additionalTextEdits = [vscode.TextEdit.delete(toRange(lines.range(removed)))];
  }
  if (preselect) {
    item.preselect = true;
  }
  if (retrigger) {
    item.command = { title: t('Suggest'), command: 'editor.action.triggerSuggest' };
  }
  return item;
}

/** Creates an item's documentation, with its picture, when the item is selected. */
export async function resolveCompletion(
  item: vscode.CompletionItem,
  extensionUri: vscode.Uri,
): Promise<vscode.CompletionItem> {
  if (!(item instanceof Item)) {
    return item;
  }
  const { documented } = item.source;
  const formulas = await readFormulas(extensionUri);
  const { file, thing } = documented;
  const source = thing?.kind === 'source' ? thing.name : undefined;
  const table = await tableOf(item.spec, { file, source }, extensionUri);
  const markdown = documentOf(documented, {
    language: language(),
    formulas,
    plotWidth,
    ...themeOf(),
    ...(table ? { table } : {}),
  });
  if (markdown) {
    item.documentation = markdownOf(markdown, ['nnspec.showActivationGallery']);
  }
  return item;
}

function hostOf(spec: vscode.Uri, extensionUri: vscode.Uri): CompletionHost {
  return {
    table: (data) => tableOf(spec, data, extensionUri),
    arrays: (path) => arraysAt(spec, path),
    async list(folder) {
      try {
        return await listFolder(spec, folder);
      } catch {
        return [];
      }
    },
  };
}

function toKind(kind: ItemKind): vscode.CompletionItemKind {
  const { CompletionItemKind } = vscode;
  switch (kind) {
    case 'key':
      return CompletionItemKind.Property;
    case 'thing':
      return CompletionItemKind.Function;
    case 'form':
      return CompletionItemKind.Snippet;
    case 'value':
      return CompletionItemKind.Value;
    case 'column':
      return CompletionItemKind.Field;
    case 'file':
      return CompletionItemKind.File;
    case 'folder':
      return CompletionItemKind.Folder;
    case 'tag':
      return CompletionItemKind.Event;
    case 'name':
      return CompletionItemKind.Variable;
    case 'anchor':
      return CompletionItemKind.Reference;
    case 'file-form':
      return CompletionItemKind.Struct;
    default:
      return assertNever(kind);
  }
}
