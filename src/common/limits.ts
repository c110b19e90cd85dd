/**
 * Limits that more than one room needs, or that keep messages between processes small. `docs/limits.md` lists
 * them with all others; a test compares the numbers.
 */

/** Columns of a table. */
export const maximumColumns = 200_000;
/** Characters of a column's name. */
export const maximumColumnName = 1000;

/** Columns of a table that are described to the editor or kept with a run; checks look at no others. */
export const describedColumns = 1000;
/** Classes whose names are kept with a run. */
export const describedClasses = 1000;
/** Characters of a name or value that is only shown. */
export const shownText = 100;
/** Characters of all class names that are kept with a run. */
export const describedClassText = describedClasses * shownText;

/** Classes of a confusion matrix, and of a picture of all outputs. */
export const shownClasses = 100;
/** Samples that Mistakes lists at a time, and pixels along a side of a picture of one. */
export const [mistakesAtOnce, mistakePixels] = [24, 64];
/** Points of the data in a picture of the outputs. */
export const shownPoints = 10_000;

/** Columns that the Data view describes or lists at a time. */
export const columnsAtOnce = 50;
/** Rows of a page of its table. */
export const rowsAtOnce = 100;
/** Bars of a histogram. */
export const histogramBars = 30;
/** Categories or classes that are counted one by one. */
export const countedCategories = 20;
/** Points and columns of a scatter matrix. */
export const [scatterPoints, scatterColumns] = [2000, 5];

/** Characters of the predictions that the editor shows. */
export const longestShownCsv = 50_000_000;

/** Characters of a problem's message. */
export const problemText = 2000;

/** Bytes of a table that the extension host reads itself; an engine process reads larger ones. */
export const largestInHost = 64 * 1024;
/** Bytes of a table that is checked while one types. */
export const largestChecked = 4 * 1024 * 1024;
/** Bytes of a table that hovers and completion know. */
export const largestDescribed = 8 * 1024 * 1024;
/** Bytes of a table in which names are looked up. */
export const largestSearched = 16 * 1024 * 1024;
/** Generated samples: the same limits as `largestInHost` and `largestChecked`. */
export const [largestSampleInHost, largestSampleChecked] = [10_000, 20_000];

/** A text shortened for showing. */
export function shorten(text: string, length = shownText): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
