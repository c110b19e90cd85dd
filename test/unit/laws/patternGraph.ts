/** A regular expression as a graph. Each node is a place of the pattern that has just read a character. */
import { childrenOf, isUnlimited, patternTree, type Tree } from './patternTree';

/** Whether a place between two characters fits; at an end of the text the character is empty. */
type Condition = (before: string, after: string) => boolean;

interface Step {
  readonly to: number;
  readonly conditions: readonly Condition[];
}

export interface Graph {
  /** One character for each set of characters that the pattern does not tell apart. */
  readonly characters: readonly string[];
  readonly nodes: readonly Node[];
}

export interface Node {
  readonly reads: ReadonlySet<string>;
  /** A node that is there twice is reached in two ways. */
  readonly steps: Step[];
  /** Whether the pattern may end here, whatever follows. */
  isEnd: boolean;
}

/** A part of the graph: how it is entered, how it is left, and each way to pass without a character. */
interface Part {
  readonly entries: readonly Step[];
  readonly exits: readonly Step[];
  readonly passes: readonly (readonly Condition[])[];
}

/** More copies than this count as a repetition without a limit. */
const mostCopies = 12;

/** The node that stands for the search before the pattern begins. */
export const search = 0;

export function patternGraph(source: string, flags: string): Graph {
  const tree = patternTree(source);
  const classFlags = flags.replace(/[^isuv]/g, '');
  const classes = new Map(
    ['\\w', '[\\r\\n\\u2028\\u2029]', ...charactersIn(tree)].map((text) => [
      text,
      new RegExp(`^(?:${text})$`, classFlags),
    ]),
  );
  const characters = representatives(source, [...classes.values()]);
  const readBy = (text: string) => new Set(characters.filter((character) => classes.get(text)?.test(character)));
  const words = readBy('\\w');
  const lineEnds = readBy('[\\r\\n\\u2028\\u2029]');
  const nodes: Node[] = [{ reads: new Set(flags.includes('y') ? [] : characters), steps: [], isEnd: false }];

  const join = (exits: readonly Step[], entries: readonly Step[]) => {
    for (const { to: from, conditions } of exits) {
      for (const entry of entries) {
        nodes[from].steps.push({ to: entry.to, conditions: [...conditions, ...entry.conditions] });
      }
    }
  };
  const after = (passes: Part['passes'], steps: readonly Step[]): Step[] =>
    passes.flatMap((pass) => steps.map(({ to, conditions }) => ({ to, conditions: [...pass, ...conditions] })));
  const inOrder = (first: Part, second: Part): Part => {
    join(first.exits, second.entries);
    return {
      entries: [...first.entries, ...after(first.passes, second.entries)],
      exits: [...second.exits, ...after(second.passes, first.exits)],
      passes: first.passes.flatMap((pass) => second.passes.map((other) => [...pass, ...other])),
    };
  };
  const optional = (part: Part): Part => ({ ...part, passes: [[]] });

  function edge(text: string): Condition {
    const isLine = (character: string) => character === '' || (flags.includes('m') && lineEnds.has(character));
    switch (text) {
      case '^':
        return (before) => isLine(before);
      case '$':
        return (_, next) => isLine(next);
      default:
        return (before, next) => (words.has(before) !== words.has(next)) === (text === '\\b');
    }
  }

  function partOf(tree: Tree): Part {
    switch (tree.kind) {
      case 'character': {
        const to = nodes.push({ reads: readBy(tree.text), steps: [], isEnd: false }) - 1;
        return { entries: [{ to, conditions: [] }], exits: [{ to, conditions: [] }], passes: [] };
      }
      case 'edge':
        return { entries: [], exits: [], passes: [[edge(tree.text)]] };
      case 'sequence':
        return tree.parts.map(partOf).reduce(inOrder, nothing);
      case 'choice': {
        const parts = tree.options.map(partOf);
        return {
          entries: parts.flatMap(({ entries }) => entries),
          exits: parts.flatMap(({ exits }) => exits),
          passes: parts.flatMap(({ passes }) => passes),
        };
      }
      case 'repetition':
        return repetition(tree.body, tree.least, tree.most);
      case 'look':
        return look(tree);
    }
  }

  function repetition(body: Tree, least: number, most: number): Part {
    if (least > 1 && least <= mostCopies) {
      return inOrder(partOf(body), repetition(body, least - 1, most - 1));
    }
    if (most === 0) {
      return nothing;
    }
    let part = partOf(body);
    if (most > mostCopies) {
      join(part.exits, part.entries);
    } else if (most > 1) {
      part = inOrder(part, repetition(body, 0, most - 1));
    }
    return least === 0 ? optional(part) : part;
  }

  /** A look at one character is a condition. A longer look ahead reads on, as one more way. */
  function look({ behind, negative, body }: Extract<Tree, { kind: 'look' }>): Part {
    const options = body.kind === 'choice' ? body.options : [body];
    const single = options.map((option): Condition | undefined => {
      if (option.kind === 'edge') {
        return edge(option.text);
      }
      const reads = option.kind === 'character' ? readBy(option.text) : undefined;
      return reads && ((before, next) => reads.has(behind ? before : next));
    });
    if (single.every((condition) => condition !== undefined)) {
      const fits: Condition = (before, next) => single.some((condition) => condition(before, next)) !== negative;
      return { entries: [], exits: [], passes: [[fits]] };
    }
    if (behind && isUnlimited(body)) {
      throw new Error(`not understood: a look behind without a limit in ${source}`);
    }
    return behind ? nothing : { entries: partOf(body).entries, exits: [], passes: [[]] };
  }

  const whole = partOf(tree);
  const start = [{ to: search, conditions: [] }];
  join(start, start);
  join(start, whole.entries);
  for (const { to, conditions } of whole.exits) {
    nodes[to].isEnd ||= conditions.length === 0;
  }
  return { characters, nodes };
}

const nothing: Part = { entries: [], exits: [], passes: [[]] };

function charactersIn(tree: Tree): string[] {
  return tree.kind === 'character' ? [tree.text] : childrenOf(tree).flatMap(charactersIn);
}

/** Characters beyond ASCII that classes such as `\s`, `\w` or `\p{L}` treat in different ways. */
const beyondAscii = [
  '\u0085',
  '\u00a0',
  '\u00e9',
  '\u017f',
  '\u2028',
  '\u2029',
  '\u212a',
  '\u3000',
  '가',
  '\ufffe',
  '😀',
];

function representatives(source: string, classes: readonly RegExp[]): string[] {
  const written = [...source, ...source.matchAll(/\\u(\w{4})/g)].map((found) =>
    typeof found === 'string' ? found : String.fromCharCode(Number.parseInt(found[1], 16)),
  );
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  const alike = new Map<string, string>();
  // Letters come first, so that they are the ones in messages.
  for (const character of ['a', '0', ...ascii, ...beyondAscii, ...written]) {
    const signature = classes.map((one) => Number(one.test(character))).join('');
    alike.set(signature, alike.get(signature) ?? character);
  }
  return [...alike.values()];
}
