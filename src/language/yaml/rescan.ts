/** Scans a text that was edited since it was last scanned: only the lines that the edit may have given another meaning. */
import type { Steps } from '../../common/steps';
import type { Span } from '../text/lines';
import type { SyntaxFault } from './draft';
import { changeOf, excerptOf, moved } from './excerpt';
import { graft } from './graft';
import type { Marks } from './marks';
import { type Scan, scanSteps } from './scan';

/** UTF-16 units from which on less work is felt. */
const longText = 16 * 1024;

/**
 * What scanning all of `text` would give; undefined where that is to be done, as the edit changed too much. Never wrong by
 * guess: what is left out is read again whenever the excerpt does not show that it keeps its meaning.
 */
export function* rescanSteps(before: Scan, text: string, least = longText): Steps<Scan | undefined> {
  const [document] = before.documents;
  if (text.length < least || before.documents.length !== 1 || !document.draft || !before.isBare) {
    return undefined;
  }
  // An open quote ends where the next one stands, however far away that is, and behind an open bracket lines lose their indentation.
  if (before.unclosed.length > 0) {
    return undefined;
  }
  if (text === before.text) {
    return before;
  }
  const change = changeOf(before.text, text);
  const { errors } = document;
  const isFaulty = (from: number, to: number) => errors.some(({ pos }) => pos[0] < to && pos[1] >= from);
  const excerpt = excerptOf(document.draft, { before: before.text, after: text, change }, isFaulty);
  if (!excerpt || excerpt.text.length > text.length / 2) {
    return undefined;
  }
  const { span, oldSpan } = excerpt;
  const read = yield* scanSteps(excerpt.text);
  const [fresh] = read.documents;
  if (read.documents.length !== 1 || !read.isBare || read.unclosed.length > 0) {
    return undefined;
  }
  const isWithin = ([from, to]: Span) => from >= span[0] && to <= span[1];
  if (!fresh.errors.every(({ pos }) => isWithin(pos))) {
    return undefined;
  }
  const rest = excerpt.end ? oldSpan[1] : Number.POSITIVE_INFINITY;
  const by = oldSpan[0] - span[0];
  const restBy = text.length - before.text.length;
  const draft = yield* graft(fresh.draft, { excerpt, by, restBy, text: before.text });
  if (!draft) {
    return undefined;
  }
  const join = <T>(old: readonly T[], found: readonly T[], spanOf: (one: T) => Span, move: Move<T>): T[] => [
    ...old.filter((one) => spanOf(one)[0] < oldSpan[0]),
    ...found.filter((one) => isWithin(spanOf(one))).map((one) => move(one, by)),
    ...old.filter((one) => spanOf(one)[0] >= rest).map((one) => move(one, restBy)),
  ];
  const itself = (one: Span) => one;
  const spanOfMark = (mark: Marks['anchors'][number]) => mark.span;
  const movedMark: Move<Marks['anchors'][number]> = (mark, distance) => ({ ...mark, span: moved(mark.span, distance) });
  const movedFault: Move<SyntaxFault> = (fault, distance) => ({
    ...fault,
    pos: [fault.pos[0] + distance, fault.pos[1] + distance],
  });
  return {
    text,
    documents: [{ ...document, draft, errors: join(errors, fresh.errors, ({ pos }) => pos, movedFault) }],
    marks: {
      anchors: join(before.marks.anchors, read.marks.anchors, spanOfMark, movedMark),
      aliases: join(before.marks.aliases, read.marks.aliases, spanOfMark, movedMark),
      comments: join(before.marks.comments, read.marks.comments, itself, moved),
    },
    tags: join(before.tags, read.tags, itself, moved),
    unclosed: [],
    isBare: true,
  };
}

type Move<T> = (one: T, by: number) => T;
