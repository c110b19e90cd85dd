import * as vscode from 'vscode';
import { problemsPage } from '../../spec/problem';
import { language } from '../l10n';

/** Scheme of documents that explain problems, so that links to explanations work offline. */
const scheme = 'nnspec-problem';

/** The uri of the explanation of a code. */
export function explanationUri(code: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${code}.md` });
}

/** Provides the section on a code of the shipped page, in the editor's language. */
export function registerExplanations(
  extensionUri: vscode.Uri,
  loadReader: () => Promise<(page: string, code: string) => string | undefined>,
): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    async provideTextDocumentContent({ path }) {
      const [bytes, explanationOf] = await Promise.all([
        vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'docs', problemsPage(language()))),
        loadReader(),
      ]);
      const code = path.replace(/\.md$/, '').replace(/[^\w-]/g, '');
      return explanationOf(new TextDecoder().decode(bytes), code) ?? `# ${code}\n`;
    },
  });
}
