/** Decides from its graph whether a regular expression takes linear time on every text. */
import { type Graph, patternGraph } from './patternGraph';

/**
 * A text which, repeated, takes the pattern more than linear time, or the character of a step that can be
 * taken in two ways again and again; undefined if there is neither.
 *
 * A search that fails tries every way through the graph. The number of ways grows with the length of the
 * text if and only if two different nodes p and q and a text w exist such that w leads from p back to p, from
 * p to q and from q back to q: q may then be entered at each repetition of w. (Weber and Seidl, 1991.) It
 * also grows if one step of a cycle can be taken in two ways. Where such a search cannot fail, the answer
 * errs to the safe side.
 */
export function slowText(source: string, flags: string): string | undefined {
  const graph = patternGraph(source, flags);
  const { nodes, characters } = graph;
  const next = nextNodes(graph);
  const reached = nodes.map((_, from) => reachedFrom(graph, from));
  /** For each node the first one of its cycle; undefined where a node is in none. */
  const cycleOf = nodes.map((_, node) => nodes.findIndex((_, to) => reached[to].has(node) && reached[node].has(to)));
  const all = [...characters.keys()];
  const readBy = nodes.map(({ reads }) => all.filter((index) => reads.has(characters[index])));

  /** A text from p to p, from p to q and from q to q, behind and ending with the character `last`. */
  function repeatedText(p: number, q: number, last: number): string | undefined {
    const seen = new Set<number>();
    let ways = [{ first: p, second: p, third: q, read: last, text: '' }];
    while (ways.length > 0) {
      const longer: typeof ways = [];
      for (const way of ways) {
        for (const read of all) {
          // A pattern that has come to its end does not look for another way.
          const thirds = next(way.third, way.read, read).filter((to) => cycleOf[to] === cycleOf[q] && !nodes[to].isEnd);
          if (thirds.length === 0) {
            continue;
          }
          const firsts = next(way.first, way.read, read).filter((to) => cycleOf[to] === cycleOf[p]);
          const seconds =
            firsts.length === 0 ? [] : next(way.second, way.read, read).filter((to) => reached[to].has(q));
          const text = way.text + characters[read];
          for (const first of firsts) {
            for (const second of seconds) {
              for (const third of thirds) {
                if (first === p && second === q && third === q && read === last) {
                  return text;
                }
                const key = ((first * nodes.length + second) * nodes.length + third) * all.length + read;
                if (!seen.has(key)) {
                  seen.add(key);
                  longer.push({ first, second, third, read, text });
                }
              }
            }
          }
        }
      }
      ways = longer;
    }
    return undefined;
  }

  function stepTakenTwice(): string | undefined {
    for (const from of nodes.keys()) {
      for (const before of readBy[from]) {
        for (const after of all) {
          const targets = next(from, before, after).filter((to) => cycleOf[to] >= 0 && cycleOf[to] === cycleOf[from]);
          if (new Set(targets).size < targets.length) {
            return characters[after];
          }
        }
      }
    }
    return undefined;
  }

  const inCycles = [...nodes.keys()].filter((node) => cycleOf[node] >= 0);
  for (const p of inCycles) {
    for (const q of inCycles.filter((node) => node !== p && reached[p].has(node) && !nodes[node].isEnd)) {
      for (const last of readBy[p]) {
        const text = readBy[q].includes(last) ? repeatedText(p, q, last) : undefined;
        if (text !== undefined) {
          return text;
        }
      }
    }
  }
  return stepTakenTwice();
}

function reachedFrom({ nodes }: Graph, from: number): Set<number> {
  const found = new Set<number>();
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const { to } of nodes[node].steps) {
      if (!found.has(to)) {
        found.add(to);
        open.push(to);
      }
    }
  }
  return found;
}

/** The nodes that follow a node between two characters, given by their numbers. */
function nextNodes({ nodes, characters }: Graph) {
  const known: number[][] = [];
  return (from: number, before: number, after: number): number[] => {
    const key = (from * characters.length + before) * characters.length + after;
    known[key] ??= nodes[from].steps
      .filter(
        ({ to, conditions }) =>
          nodes[to].reads.has(characters[after]) &&
          conditions.every((fits) => fits(characters[before], characters[after])),
      )
      .map(({ to }) => to);
    return known[key];
  };
}
