import { lineAt, type Source, withoutComments } from './sources';

export interface Sentence {
  readonly text: string;
  readonly at: string;
}

const literal = /^\s*('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`)\s*[,)]/;

/**
 * The sentences that are passed to `t` of `@vscode/l10n` or to `vscode.l10n.t`. Only literals can be
 * translated, so any other first argument is an error, and so is a template with `${}`.
 */
export function sentencesOf(sources: readonly Source[]): { sentences: Sentence[]; errors: string[] } {
  const sentences: Sentence[] = [];
  const errors: string[] = [];
  for (const { path, text } of sources) {
    const code = withoutComments(text);
    const imported = /import\s*\{[^}]*\bt\b[^}]*\}\s*from\s*['"]@vscode\/l10n['"]/.test(code);
    const calls = imported ? /(?<![\w$.])t\(|\bl10n\.t\(/g : /\bl10n\.t\(/g;
    for (const match of code.matchAll(calls)) {
      const end = match.index + match[0].length;
      const at = `${path}:${lineAt(code, match.index)}`;
      const argument = literal.exec(code.slice(end))?.[1];
      if (!argument || (argument.startsWith('`') && argument.includes('${'))) {
        errors.push(`${at}: the first argument of t must be one literal`);
        continue;
      }
      sentences.push({ text: unquote(argument), at });
    }
  }
  return { sentences, errors };
}

function unquote(source: string): string {
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\n': '' };
  return source
    .slice(1, -1)
    .replace(/\\u\{?([0-9a-fA-F]{2,6})\}?|\\([\s\S])/g, (_, code, char) =>
      code ? String.fromCodePoint(Number.parseInt(code, 16)) : (escapes[char] ?? char),
    );
}

/** Sentences without a translation, translations without a sentence, and pairs whose placeholders differ. */
export function breachesOfTranslation(
  sentences: readonly Sentence[],
  translations: readonly { file: string; messages: Readonly<Record<string, string>> }[],
): string[] {
  const breaches: string[] = [];
  const used = new Set(sentences.map(({ text }) => text));
  const translated = new Set(translations.flatMap(({ messages }) => Object.keys(messages)));
  for (const { text, at } of sentences) {
    if (!translated.has(text)) {
      breaches.push(`${at}: no translation of ${JSON.stringify(text)}`);
    }
  }
  for (const { file, messages } of translations) {
    for (const [text, translation] of Object.entries(messages)) {
      if (!used.has(text)) {
        breaches.push(`${file}: no code uses ${JSON.stringify(text)}`);
      }
      if (translation.trim() === '') {
        breaches.push(`${file}: the translation of ${JSON.stringify(text)} is empty`);
      }
      if (placeholders(text) !== placeholders(translation)) {
        breaches.push(`${file}: the placeholders of ${JSON.stringify(text)} differ`);
      }
    }
  }
  return breaches;
}

function placeholders(text: string): string {
  return [...new Set(text.match(/\{\d+\}/g) ?? [])].sort().join();
}

/** The `%keys%` of translated texts that a manifest uses. */
export function manifestKeys(manifest: string): string[] {
  return [...new Set([...manifest.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key))].sort();
}
