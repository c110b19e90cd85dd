/** The content of the Activation Gallery as plain data, and the formula pictures that the build makes. */
import type { Plot } from '../../common/plotSvg';

/** A typeset formula: an SVG in `currentColor`, sizes in px. */
export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Formula pictures by `<kind>/<name>`, as the build makes them (`dist/formulas.json`). */
export type Formulas = Readonly<
  Record<string, { readonly formula: Picture; readonly derivative?: Picture; readonly update?: Picture }>
>;

export interface GalleryPlot {
  readonly plot: Plot;
  /** A sentence that describes the plot. */
  readonly description: string;
  /** A short heading above the plot; only for entries with several. */
  readonly caption?: string;
}

export interface GalleryFact {
  readonly title: string;
  readonly text: string;
  /** Set in the editor's font: code. */
  readonly code?: boolean;
}

export interface GalleryEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Keys into the boot's `families` and `properties`. */
  readonly family: string;
  readonly properties: readonly string[];
  readonly summary: string;
  readonly plots: readonly GalleryPlot[];
  readonly formula?: Picture;
  readonly derivative?: Picture;
  /** The same two as text, for screen readers. */
  readonly formulaText: string;
  readonly derivativeText: string;
  readonly facts: readonly GalleryFact[];
  readonly parameters: readonly { readonly name: string; readonly value: string; readonly meaning: string }[];
}

/** One value of a filter: its key and the text that is shown. */
export interface GalleryFilter {
  readonly key: string;
  readonly label: string;
}

/** The JSON in `<script id="boot" type="application/json">`. */
export interface GalleryBoot {
  readonly language: 'en' | 'ko';
  /** The entry to open at once: the name in a hover's link. */
  readonly focus?: string;
  readonly families: readonly GalleryFilter[];
  readonly properties: readonly GalleryFilter[];
  readonly entries: readonly GalleryEntry[];
  /** The page's own words. `{0}` and `{1}` stand for numbers. */
  readonly words: Readonly<Record<GalleryWord, string>>;
}

export type GalleryWord =
  | 'title'
  | 'search'
  | 'all'
  | 'family'
  | 'property'
  | 'count'
  | 'none'
  | 'clear'
  | 'close'
  | 'previous'
  | 'next'
  | 'parameters'
  | 'required'
  | 'alsoCalled';
