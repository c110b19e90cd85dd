import * as vscode from 'vscode';
import type { LoadFeatures } from '../loadFeatures';
import { inBackground } from '../words/background';

/** Registers the notebooks of lessons. Their services run the cells, from the first lesson on. */
export function registerLessons(loadFeatures: LoadFeatures, services: () => Promise<unknown>): vscode.Disposable {
  return vscode.workspace.registerNotebookSerializer(
    'nnlesson',
    {
      async deserializeNotebook(bytes) {
        const { deserializeLesson } = await loadFeatures();
        inBackground(services());
        return deserializeLesson(bytes);
      },
      serializeNotebook: async (data) => (await loadFeatures()).serializeLesson(data),
    },
    // Every output is of a run of this session.
    { transientOutputs: true },
  );
}
