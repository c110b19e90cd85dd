/** The prose of the language's own keys and of the built-in data sets, from one data file per language. */
import type { Language } from '../catalogue/types';
import type { Unit } from '../catalogue/units';
import keysEn from './keys.en.json';
import keysKo from './keys.ko.json';
import sourcesEn from './sources.en.json';
import sourcesKo from './sources.ko.json';

export interface KeyText {
  readonly summary: string;
  /** The values to choose from, and their consequences. */
  readonly use?: string;
  /** YAML. */
  readonly example?: string;
  /** The unit of a number. */
  readonly unit?: Unit;
  /** The same in PyTorch and in Keras. */
  readonly pytorch?: string;
  readonly keras?: string;
}

export interface SourceText {
  readonly summary: string;
  readonly use: string;
}

export const keyTexts: Readonly<Record<Language, Readonly<Record<string, KeyText>>>> = {
  en: keysEn as Readonly<Record<string, KeyText>>,
  ko: keysKo as Readonly<Record<string, KeyText>>,
};

export const sourceTexts: Readonly<Record<Language, Readonly<Record<string, SourceText>>>> = {
  en: sourcesEn,
  ko: sourcesKo,
};
