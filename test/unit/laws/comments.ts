import { commentsOf, type Source } from './sources';

/** Maximum width of a line that contains a comment. */
const commentWidth = 110;

const openings = /^(?:\/\*+|\/\/)\s*(?:Of|What)\s/;

/** Comments that are too wide or use these words, each with its place. */
export function breachesOfComments(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.split('\n');
    const breaches: string[] = [];
    for (const { text: comment, line, continues } of commentsOf(text)) {
      const at = `${path}:${line}`;
      if (!continues && openings.test(comment)) {
        breaches.push(`${at}: opens with “Of” or “What”: say what it is`);
      }
      if (/\bleft out\b/i.test(comment)) {
        breaches.push(`${at}: says “left out”: write omitted, or name the default`);
      }
      for (const [index, part] of comment.split('\n').entries()) {
        const width = lines[line - 1 + index].length;
        // A link cannot be wrapped.
        if (width > commentWidth && !part.includes('://')) {
          breaches.push(`${path}:${line + index}: ${width} columns`);
        }
      }
    }
    return breaches;
  });
}
