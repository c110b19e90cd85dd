/** A regular expression as a tree. Only what this product writes is understood; anything else throws. */

export type Tree =
  /** One character: a class such as `[^\s#]`, an escape or a plain character. */
  | { readonly kind: 'character'; readonly text: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Tree[] }
  | { readonly kind: 'choice'; readonly options: readonly Tree[] }
  | { readonly kind: 'repetition'; readonly body: Tree; readonly least: number; readonly most: number }
  | { readonly kind: 'edge'; readonly text: '^' | '$' | '\\b' | '\\B' }
  | { readonly kind: 'look'; readonly behind: boolean; readonly negative: boolean; readonly body: Tree };

const token =
  /\((?:\?(?:<?[=!]|:|<\w+>))?|[)|^$]|\\[bB](?!\w)|\[(?:\\.|[^\]\\])*\]|\\(?:u\{\w+\}|u\w{4}|x\w\w|[pP]\{[^}]*\}|[\s\S])|[^\\]/uy;
const quantifier = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;

export function patternTree(source: string): Tree {
  let at = 0;
  const groups: Tree[] = [];

  function choice(): Tree {
    const options = [sequence()];
    while (source[at] === '|') {
      at++;
      options.push(sequence());
    }
    return options.length === 1 ? options[0] : { kind: 'choice', options };
  }

  function sequence(): Tree {
    const parts: Tree[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      parts.push(repeated(part()));
    }
    return parts.length === 1 ? parts[0] : { kind: 'sequence', parts };
  }

  function part(): Tree {
    token.lastIndex = at;
    const text = token.exec(source)?.[0];
    if (text === undefined) {
      throw new Error(`not understood: ${source.slice(at)}`);
    }
    at += text.length;
    if (text.startsWith('(')) {
      return group(text);
    }
    if (text === '^' || text === '$' || text === '\\b' || text === '\\B') {
      return { kind: 'edge', text };
    }
    const back = /^\\([1-9])$/.exec(text);
    return back ? repetitionOf(groups[Number(back[1]) - 1]) : { kind: 'character', text };
  }

  function group(opening: string): Tree {
    const index = opening === '(' || /^\(\?<\w/.test(opening) ? groups.push({ kind: 'choice', options: [] }) : 0;
    const body = choice();
    at++;
    if (index > 0) {
      groups[index - 1] = body;
    }
    return /[=!]$/.test(opening)
      ? { kind: 'look', behind: opening.includes('<'), negative: opening.endsWith('!'), body }
      : body;
  }

  function repetitionOf(body: Tree): Tree {
    if (body.kind !== 'character') {
      throw new Error(`not understood: a reference to more than a character in ${source}`);
    }
    return { kind: 'repetition', body, least: 0, most: 1 };
  }

  function repeated(body: Tree): Tree {
    quantifier.lastIndex = at;
    const found = quantifier.exec(source);
    if (!found) {
      return body;
    }
    at = quantifier.lastIndex;
    const [, sign, lowest, comma, highest] = found;
    const least = sign ? Number(sign === '+') : Number(lowest);
    const most = sign === '?' ? 1 : sign || (comma && !highest) ? Number.POSITIVE_INFINITY : Number(highest || lowest);
    return { kind: 'repetition', body, least, most };
  }

  const tree = choice();
  if (at < source.length) {
    throw new Error(`not understood: ${source.slice(at)}`);
  }
  return tree;
}

export function childrenOf(tree: Tree): readonly Tree[] {
  switch (tree.kind) {
    case 'sequence':
      return tree.parts;
    case 'choice':
      return tree.options;
    case 'repetition':
    case 'look':
      return [tree.body];
    default:
      return [];
  }
}

/** Whether the tree takes texts of any length. */
export function isUnlimited(tree: Tree): boolean {
  return (tree.kind === 'repetition' && tree.most === Number.POSITIVE_INFINITY) || childrenOf(tree).some(isUnlimited);
}
