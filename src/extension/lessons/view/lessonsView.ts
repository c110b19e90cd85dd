import * as vscode from 'vscode';
import { treeOf } from '../../words/marks';
import type { LessonTree, Row } from './lessonTree';

/** The Lessons view. Its rows come from the features, which are loaded when the view is first seen. */
export function registerLessonsView(source: () => Promise<LessonTree>): vscode.Disposable {
  const changes = new vscode.EventEmitter<undefined>();
  let known: Promise<LessonTree> | undefined;
  const tree = () => {
    known ??= source().then((found) => {
      found.onChange(() => changes.fire(undefined));
      return found;
    });
    return known;
  };
  const view = treeOf<Row>('nnspec.lessons', {
    treeDataProvider: {
      onDidChangeTreeData: changes.event,
      getChildren: async (row) => [...(await (await tree()).children(row))],
      getTreeItem: async (row) => (await tree()).itemOf(row),
    },
  });
  return vscode.Disposable.from(changes, view);
}
