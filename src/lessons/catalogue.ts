/** A lesson as a list tells of it. */
import { parseLesson } from './lesson';

export interface LessonEntry {
  /** The name of its file. */
  readonly file: string;
  readonly title: string;
  readonly language?: 'en' | 'ko';
  readonly order?: number;
  readonly minutes?: number;
  /** The ids of its questions, by which progress is kept. */
  readonly questions: readonly string[];
}

export function entryOfLesson(file: string, text: string): LessonEntry {
  const { front, blocks } = parseLesson(text, file);
  return {
    file,
    title: front.title ?? file,
    language: front.language,
    order: front.order,
    minutes: front.minutes,
    questions: blocks.flatMap(({ content }) => (content?.kind === 'question' ? [content.id.name] : [])),
  };
}

const last = 1e9;

/** Compares lessons by their order; those without one come last. */
export function byOrder(a: LessonEntry, b: LessonEntry): number {
  return (a.order ?? last) - (b.order ?? last) || (a.file < b.file ? -1 : Number(a.file > b.file));
}
