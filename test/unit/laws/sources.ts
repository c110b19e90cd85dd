import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { globSync } from 'tinyglobby';

/** A source file. Its path is relative to the project's folder, with slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

export function readSources(patterns: readonly string[]): Source[] {
  return globSync([...patterns])
    .sort()
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));
}

/** The product's own TypeScript. */
export function productSources(): Source[] {
  return readSources(['src/**/*.ts', 'webview/**/*.ts']);
}

/** The text with comments replaced by spaces; line breaks and strings stay. */
export function withoutComments(text: string): string {
  return blank(text, new Set(['comment']));
}

/**
 * The text with comments, regular expressions, strings and templates replaced by spaces; code in `${}` stays.
 */
export function codeOnly(text: string): string {
  return blank(text, new Set(['comment', 'string', 'regex']));
}

/** The line of a place in a text, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

export interface Comment {
  readonly text: string;
  /** The line it begins on, from 1. */
  readonly line: number;
  /** Whether it is a line comment directly below another. */
  readonly continues: boolean;
}

export function commentsOf(text: string): Comment[] {
  const comments: Comment[] = [];
  let below = false;
  for (const { kind, from, to } of tokensOf(text)) {
    const part = text.slice(from, to);
    if (kind === 'comment') {
      const lineComment = part.startsWith('//');
      const line = lineAt(text, from);
      comments.push({ text: part, line, continues: lineComment && below });
      below = lineComment;
    } else {
      below &&= /^\s*$/.test(part) && part.split('\n').length === 2;
    }
  }
  return comments;
}

export function regexLiterals(text: string): { readonly literal: string; readonly line: number }[] {
  return tokensOf(text)
    .filter(({ kind }) => kind === 'regex')
    .map(({ from, to }) => ({ literal: text.slice(from, to), line: lineAt(text, from) }));
}

type Kind = 'code' | 'comment' | 'string' | 'regex';

function blank(text: string, kinds: ReadonlySet<Kind>): string {
  return tokensOf(text)
    .map(({ kind, from, to }) => {
      const token = text.slice(from, to);
      return kinds.has(kind) ? token.replace(/[^\n]/g, ' ') : token;
    })
    .join('');
}

/** A slash after one of these begins a regular expression; after anything else it divides. */
const beforeRegex = /(?:^|[(,=:[!&|?{};+*%<>~^-]|\b(?:return|typeof|case|of|in|await))\s*$/;
const regexLiteral = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
/** Nothing else begins or ends a token. */
const mark = /[/'"`{}]/g;
const simpleToken = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y;

/** Splits TypeScript into code, comments, strings with their quotes, and regular expressions. */
function tokensOf(text: string): { kind: Kind; from: number; to: number }[] {
  const found: { kind: Kind; from: number; to: number }[] = [];
  /** For each template that is open, the number of braces that are open inside its `${`. */
  const open: number[] = [];
  let code = 0;
  let at = 0;
  const take = (kind: Kind, to: number) => {
    if (at > code) {
      found.push({ kind: 'code', from: code, to: at });
    }
    found.push({ kind, from: at, to });
    at = to;
    code = to;
  };
  for (;;) {
    mark.lastIndex = at;
    at = mark.exec(text)?.index ?? text.length;
    if (at === text.length) {
      break;
    }
    const char = text[at];
    simpleToken.lastIndex = at;
    regexLiteral.lastIndex = at;
    const simple = simpleToken.exec(text)?.[0];
    if (simple) {
      take(simple.startsWith('/') ? 'comment' : 'string', at + simple.length);
    } else if (char === '/' && beforeRegex.test(text.slice(Math.max(0, at - 40), at)) && regexLiteral.test(text)) {
      take('regex', regexLiteral.lastIndex);
    } else if (char === '`' || (char === '}' && open.at(-1) === 0)) {
      if (char === '}') {
        open.pop();
      }
      const end = templateEnd(text, at + 1);
      if (text[end - 1] === '{') {
        open.push(0);
      }
      take('string', end);
    } else {
      if (open.length && char === '{') {
        open[open.length - 1] += 1;
      }
      if (open.length && char === '}') {
        open[open.length - 1] -= 1;
      }
      at += 1;
    }
  }
  if (at > code) {
    found.push({ kind: 'code', from: code, to: at });
  }
  return found;
}

/** The end of a template's text: after its closing quote or the next `${`. */
function templateEnd(text: string, from: number): number {
  const end = /(?<!\\)(?:\\\\)*(?:`|\$\{)/g;
  end.lastIndex = from;
  return end.test(text) ? end.lastIndex : text.length;
}

/** All modules that a file names in imports, re-exports, `import()` and `require()`. */
export function importsOf({ text }: Source): Import[] {
  const code = withoutComments(text);
  const found: Import[] = [];
  const pattern =
    /(?:^|[;\n])[ \t]*(import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\sfrom\s+)?['"]([^'"\n]+)['"]|\b(?:import|require)\(\s*['"]([^'"\n]+)['"]\s*\)/g;
  for (const match of code.matchAll(pattern)) {
    const specifier = match[3] ?? match[4];
    const line = lineAt(code, match.index + match[0].length);
    found.push({ specifier, line, typeOnly: Boolean(match[2]) });
  }
  return found;
}

/** The source file that a relative import names; undefined where it is none of `paths`. */
export function resolveImport(from: string, specifier: string, paths: ReadonlySet<string>): string | undefined {
  if (!specifier.startsWith('.')) {
    return undefined;
  }
  const base = posix.normalize(posix.join(posix.dirname(from), specifier));
  return [`${base}.ts`, `${base}/index.ts`, base].find((path) => paths.has(path));
}
