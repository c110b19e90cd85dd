import { codeOnly, lineAt, type Source, withoutComments } from './sources';

const door = 'src/extension/words/';

interface Rule {
  readonly pattern: RegExp;
  readonly use: string;
}

/** Ways to the editor's messages and labels, in code. */
const ways: readonly Rule[] = [
  { pattern: /\bshow(?:Information|Warning|Error)Message\b/g, use: 'showInformation, showWarning, showError' },
  { pattern: /\bwindow\s*\.\s*withProgress\b/g, use: 'withProgress of words/messages' },
  { pattern: /\b(?:setStatusBarMessage|createStatusBarItem)\b/g, use: 'showDone or StatusItem' },
  {
    pattern: /\b(?:showQuickPick|createQuickPick|showInputBox|createInputBox|showWorkspaceFolderPick)\b/g,
    use: 'choose',
  },
  { pattern: /\bnew\s+(?:vscode\s*\.\s*)?MarkdownString\b/g, use: 'markdownOf' },
  {
    pattern: /\bnew\s+(?:vscode\s*\.\s*)?(?:Diagnostic|CodeAction|CodeLens|DocumentSymbol|SymbolInformation)\b/g,
    use: 'a function of words/marks',
  },
  { pattern: /\b(?:createWebviewPanel|createTreeView|registerTreeDataProvider|createTerminal)\b/g, use: 'words/marks' },
  {
    pattern: /\bnew\s+(?:vscode\s*\.\s*)?(?:TreeItem|QuickPickItem|DiagnosticRelatedInformation)\b/g,
    use: 'words/marks',
  },
  { pattern: /\b(?:isTrusted|supportHtml|supportThemeIcons)\s*=[^=]/g, use: 'markdownOf' },
  {
    pattern: /\.\s*(?:tooltip|title|description|placeholder|prompt)\s*=(?!=|>|\s*(?:markdownOf|t)\()/g,
    use: 'words/marks',
  },
  { pattern: /\bthrow\s+(?!errorToShow)[^;]*\brefused\b/g, use: 'errorToShow' },
  // A promise that is thrown away, which would end as an unhandled rejection.
  { pattern: /(?<![:|<&]\s*)\bvoid\s+[A-Za-z_(#[]/g, use: 'inBackground' },
];

/** Ways that only show in strings. */
const spelled: readonly Rule[] = [
  { pattern: /\$\([a-z]/g, use: 'withIcon' },
  { pattern: /\]\(command:/g, use: 'commandLink' },
];

/** Law 11: words reach the editor through the functions of `extension/words`, which make them inert. */
export function waysAroundTheDoor(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    if (!path.startsWith('src/extension/') || path.startsWith(door)) {
      return [];
    }
    return [...found(codeOnly(text), ways), ...found(withoutComments(text), spelled)].map((each) => `${path}:${each}`);
  });
}

/** Only one place starts engines, and it asks whether the workspace is trusted. */
export function startsOfEngines(sources: readonly Source[]): string[] {
  return sources
    .filter(
      ({ path, text }) =>
        path.startsWith('src/extension/') &&
        /\bengines\b[^;]*platform\(\)|platform\(\)\.engines\b/.test(codeOnly(text)),
    )
    .map(({ path }) => path);
}

/** Ways to turn text into elements of a page. */
export function markupFromText(sources: readonly Source[]): string[] {
  const pattern =
    /\b(?:innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc|setHTMLUnsafe)\b|\bdocument\s*\.\s*write\b/g;
  return sources.flatMap(({ path, text }) =>
    found(codeOnly(text), [{ pattern, use: 'textContent' }]).map((each) => `${path}:${each}`),
  );
}

function found(code: string, rules: readonly Rule[]): string[] {
  return rules.flatMap(({ pattern, use }) =>
    [...code.matchAll(pattern)].map((match) => {
      const line = lineAt(code, match.index);
      return `${line}: ${match[0].trim()}: use ${use}`;
    }),
  );
}
