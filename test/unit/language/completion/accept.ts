/** Completion as text in, text out: `|` marks the cursor. */
import assert from 'node:assert/strict';
import { type CompletionHost, type CompletionItem, completionsAt } from '../../../../src/language/completion';
import type { TableFacts } from '../../../../src/spec/tableFacts';

export const flowers: TableFacts = {
  rows: 150,
  marked: [{ column: 'petal', holds: 'number', cells: 150, marks: [{ text: 'n.a.', count: 3 }] }],
  columns: [
    {
      name: 'sepal length',
      type: 'number',
      missing: 2,
      distinct: 35,
      counts: [],
      minimum: 4.3,
      maximum: 7.9,
      whole: false,
    },
    { name: 'petal', type: 'number', missing: 0, distinct: 40, counts: [], minimum: 1, maximum: 6.9, whole: false },
    {
      name: 'species',
      type: 'category',
      missing: 0,
      distinct: 3,
      counts: [
        { value: 'setosa', count: 50 },
        { value: 'versi: color', count: 50 },
        { value: 'virginica', count: 50 },
      ],
    },
  ],
};

export const folders: Readonly<Record<string, readonly { name: string; folder: boolean }[]>> = {
  '': [
    { name: 'notes.txt', folder: false },
    { name: 'data', folder: true },
    { name: '.git', folder: true },
    { name: 'flowers.csv', folder: false },
  ],
  'data/': [
    { name: 'more.TSV', folder: false },
    { name: 'a, b.csv', folder: false },
  ],
};

export const host: CompletionHost = {
  table: async ({ file }) => (file === 'flowers.csv' ? flowers : undefined),
  list: async (folder) => folders[folder] ?? [],
  arrays: async (path) => (path === 'set.npz' ? ['x', 'y', 'my array'] : []),
};

export function unmark(marked: string): { text: string; at: number } {
  const at = marked.indexOf('|');
  assert.ok(at >= 0, 'the text has no cursor');
  return { text: marked.slice(0, at) + marked.slice(at + 1), at };
}

/** The items at the cursor, in the order in which they are shown. */
export async function itemsAt(marked: string, more: Partial<CompletionHost> = {}): Promise<CompletionItem[]> {
  const { text, at } = unmark(marked);
  const items = await completionsAt(text, at, { ...host, ...more });
  return items.sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0));
}

/** `label`, or `label: value` of a form. */
export function shown({ label, suffix = '' }: CompletionItem): string {
  return label + suffix;
}

export async function labelsAt(marked: string): Promise<string[]> {
  return (await itemsAt(marked)).map(shown);
}

/** The file after an item was accepted, with `|` at its first tab stop, or where the cursor then stands. */
export async function accept(marked: string, label: string): Promise<string> {
  const item = (await itemsAt(marked)).find((each) => shown(each) === label || each.label === label);
  assert.ok(item, `“${label}” is not among: ${(await labelsAt(marked)).join(', ')}`);
  return insert(unmark(marked).text, item);
}

/** Inserts as an editor does: repeats the indentation of the line, fills in placeholders. */
export function insert(text: string, item: CompletionItem): string {
  const [from, to] = item.span;
  const lineStart = Math.max(text.lastIndexOf('\n', from - 1), text.lastIndexOf('\r', from - 1)) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, from))?.[0] ?? '';
  return (
    text.slice(0, item.removed?.[0] ?? from) + expand(item.insertText.replaceAll('\n', `\n${indent}`)) + text.slice(to)
  );
}

/** Empty lines of a snippet get no indentation in the editor; here that does not matter. */
function expand(snippet: string): string {
  const stops = [...snippet.matchAll(/\$\{(\d+):|\$(\d)/g)].filter((match) => snippet[match.index - 1] !== '\\');
  const first = stops.find((match) => (match[1] ?? match[2]) === '1') ?? stops[0];
  const marked = first ? `${snippet.slice(0, first.index)}\uE001${snippet.slice(first.index)}` : `${snippet}\uE001`;
  return marked
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}|(?<!\\)\$\d/g, '$1')
    .replace(/\\([\\$}])/g, '$1')
    .replace('\uE001', '|');
}
