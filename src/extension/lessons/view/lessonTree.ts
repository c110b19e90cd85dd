/** The rows of the Lessons view: the product's lessons in the editor's language, and the workspace's. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { assertNever } from '../../../common/assertNever';
import { type Disposable, DisposableStore } from '../../../common/disposable';
import { decodeUtf8 } from '../../../language';
import { byOrder, entryOfLesson, type LessonEntry } from '../../../lessons/catalogue';
import { type ExampleEntry, examples } from '../../commands/newFromExample';
import { fileNameOf, folderOf, passedOver } from '../../files/names';
import { language } from '../../l10n';
import type { RowSource, RowsView } from '../../rowsView';
import { rowNamed } from '../../words/marks';
import { type LessonProgress, lessonId } from '../progress';

/** Lessons of a workspace that are listed. */
const mostFound = 200;

export class LessonRow {
  readonly kind = 'lesson';
  constructor(
    readonly uri: vscode.Uri,
    readonly entry: LessonEntry,
    /** It comes with the product, so it is opened as a copy. */
    readonly isShipped: boolean,
  ) {}

  /** The name by which its progress is kept. */
  get id(): string {
    return lessonId(this.entry, this.uri);
  }
}

/** A folder of the workspace with lessons. */
export class LessonFolder {
  readonly kind = 'folder';
  constructor(
    readonly name: string,
    readonly rows: readonly LessonRow[],
  ) {}
}

/** The examples that come with the product. */
export class ExamplesRow {
  readonly kind = 'examples';
}

export class ExampleRow {
  readonly kind = 'example';
  constructor(readonly entry: ExampleEntry) {}
}

export type Row = LessonRow | LessonFolder | ExamplesRow | ExampleRow;

export class LessonTree implements RowSource<Row>, Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #progress: LessonProgress;
  readonly #lifetime = new DisposableStore();
  readonly #examples = new ExamplesRow();

  constructor(extensionUri: vscode.Uri, progress: LessonProgress, view: Pick<RowsView<Row>, 'update'>) {
    this.#extensionUri = extensionUri;
    this.#progress = progress;
    const watcher = this.#lifetime.add(vscode.workspace.createFileSystemWatcher('**/*.nnlesson'));
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
      this.#lifetime.add(event(() => view.update()));
    }
    this.#lifetime.add(vscode.workspace.onDidChangeWorkspaceFolders(() => view.update()));
    this.#lifetime.add(progress.onChange(() => view.update()));
  }

  async children(row: Row | undefined): Promise<readonly Row[]> {
    switch (row?.kind) {
      case undefined:
        return [...(await this.shipped()), this.#examples, ...(await this.#found())];
      case 'examples':
        return (await examples(this.#extensionUri)).map((entry) => new ExampleRow(entry));
      case 'folder':
        return row.rows;
      default:
        return [];
    }
  }

  itemOf(row: Row): vscode.TreeItem {
    switch (row.kind) {
      case 'folder':
        return rowNamed(row.name, '', vscode.TreeItemCollapsibleState.Expanded);
      case 'examples':
        return rowNamed(t('Examples'), '', vscode.TreeItemCollapsibleState.Collapsed);
      case 'example':
        return exampleItem(row.entry);
      case 'lesson':
        return this.#lessonItem(row);
      default:
        return assertNever(row);
    }
  }

  #lessonItem(row: LessonRow): vscode.TreeItem {
    const { title, order, minutes, questions } = row.entry;
    const answered = this.#answeredOf(row);
    const time = minutes === undefined ? '' : t('{0} min', minutes);
    const item = rowNamed(
      order === undefined ? title : `${order}. ${title}`,
      answered === 0 ? time : t('{0} of {1} questions', answered, questions.length),
    );
    item.iconPath = new vscode.ThemeIcon(
      answered === 0 ? 'circle-large-outline' : answered < questions.length ? 'play-circle' : 'pass',
    );
    item.command = { command: 'nnspec.openLesson', title: t('Open the lesson'), arguments: [row] };
    return item;
  }

  /** The lessons of the product, in their order. */
  async shipped(): Promise<readonly LessonRow[]> {
    const folder = vscode.Uri.joinPath(this.#extensionUri, 'dist', 'lessons', language());
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, 'index.json'));
    const entries: readonly LessonEntry[] = JSON.parse(new TextDecoder().decode(bytes));
    return entries.map((entry) => new LessonRow(vscode.Uri.joinPath(folder, entry.file), entry, true));
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #answeredOf(row: LessonRow): number {
    const answered = this.#progress.answered(row.id);
    return row.entry.questions.filter((id) => answered.has(id)).length;
  }

  /** The lessons of the workspace, by folder. */
  async #found(): Promise<readonly LessonFolder[]> {
    const uris = await vscode.workspace.findFiles('**/*.nnlesson', passedOver, mostFound);
    const rows = (await Promise.all(uris.map(rowOf))).flatMap((row) => row ?? []);
    const folders = new Map<string, LessonRow[]>();
    for (const row of rows.sort((a, b) => byOrder(a.entry, b.entry))) {
      const name = folderOf(row.uri) || (vscode.workspace.name ?? '');
      folders.set(name, [...(folders.get(name) ?? []), row]);
    }
    return [...folders].sort(([a], [b]) => a.localeCompare(b)).map(([name, own]) => new LessonFolder(name, own));
  }
}

function exampleItem({ file, title, description }: ExampleEntry): vscode.TreeItem {
  const item = rowNamed(title[language()], description[language()]);
  item.iconPath = new vscode.ThemeIcon('file-code');
  item.command = { command: 'nnspec.newFromExample', title: t('Open the example'), arguments: [file] };
  return item;
}

/** Undefined for a file that cannot be read as text. */
async function rowOf(uri: vscode.Uri): Promise<LessonRow | undefined> {
  try {
    const decoded = decodeUtf8(await vscode.workspace.fs.readFile(uri), { ignoreBOM: true });
    return 'text' in decoded ? new LessonRow(uri, entryOfLesson(fileNameOf(uri), decoded.text), false) : undefined;
  } catch {
    return undefined;
  }
}
