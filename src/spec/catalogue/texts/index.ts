/**
 * The prose of the catalogue, from data files per language. It is separate from the table, so that code that
 * only computes does not load it.
 */
import type { EntryText, Kind, Language } from '../types';
import activationsEn from './activations.en.json';
import activationsKo from './activations.ko.json';
import othersEn from './others.en.json';
import othersKo from './others.ko.json';

type Chapter = Readonly<Record<string, EntryText>>;

export const texts: Readonly<Record<Language, Readonly<Record<Kind, Chapter>>>> = {
  en: { activation: activationsEn, ...othersEn },
  ko: { activation: activationsKo, ...othersKo },
};

export function textOf(kind: Kind, name: string, language: Language): EntryText | undefined {
  const chapter = texts[language][kind];
  return Object.hasOwn(chapter, name) ? chapter[name] : undefined;
}
