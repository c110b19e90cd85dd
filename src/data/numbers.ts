/** Reads numbers with another decimal sign, or with signs between their thousands. */
import { decimalSigns, type TextFormat, thousandsSigns } from '../spec/spec';
import { parseNumber } from './cells';

/** The number that a trimmed cell holds; undefined if it is none. As `parseNumber` for infinite ones. */
export type NumberReader = (text: string) => number | undefined;
export type NumberFormat = Pick<TextFormat, 'decimal' | 'thousands'>;

const plainNumbers: NumberFormat = { decimal: '.', thousands: 'none' };

/** All ways to write numbers, the usual ones first. */
const numberFormats: readonly NumberFormat[] = thousandsSigns
  .flatMap((thousands) => decimalSigns.map((decimal) => ({ decimal, thousands })))
  .filter(({ decimal, thousands }) => decimal !== thousands);

/**
 * The signs between thousands, and a whole number with them. The first group has no leading zero: 0.123 is
 * not a hundred and twenty-three. A no-break space and its narrower kin are spaces as well.
 */
const groups = {
  none: undefined,
  ',': { sign: /,/g, grouped: /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/ },
  '.': { sign: /\./g, grouped: /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$/ },
  ' ': {
    sign: /[ \u00a0\u2009\u202f]/g,
    grouped: /^[+-]?[1-9]\d{0,2}(?:(?: \d{3})+|(?:\u00a0\d{3})+|(?:\u2009\d{3})+|(?:\u202f\d{3})+)$/,
  },
  "'": { sign: /['\u2019]/g, grouped: /^[+-]?[1-9]\d{0,2}(?:(?:'\d{3})+|(?:\u2019\d{3})+)$/ },
} as const satisfies Record<TextFormat['thousands'], object | undefined>;

const readers = new Map<string, NumberReader>();

export function numberReader({ decimal, thousands }: NumberFormat): NumberReader {
  if (decimal === '.' && thousands === 'none') {
    return parseNumber;
  }
  const key = decimal + thousands;
  const reader = readers.get(key) ?? makeReader(decimal, thousands);
  readers.set(key, reader);
  return reader;
}

function makeReader(decimal: TextFormat['decimal'], thousands: TextFormat['thousands']): NumberReader {
  const group = groups[thousands];
  return (text) => {
    const at = text.indexOf(decimal);
    const whole = at < 0 ? text : text.slice(0, at);
    const part = at < 0 ? '' : `.${text.slice(at + 1)}`;
    if (group?.grouped.test(whole)) {
      return parseNumber(whole.replace(group.sign, '') + part);
    }
    return whole.includes('.') ? undefined : parseNumber(whole + part);
  };
}

/** Text that a number may be, and signs in it that formats read differently. */
const looksNumeric = /^[+-]?[\d.,]/;
const differing = /[.,'\u2019 \u00a0\u2009\u202f]/;

/** The other format under which a text is a number that it is not under `format`. */
export function otherNumberFormat(text: string, format: NumberFormat): NumberFormat | undefined {
  if (!looksNumeric.test(text) || !differing.test(text) || numberReader(format)(text) !== undefined) {
    return undefined;
  }
  return numberFormats.find((other) => numberReader(other)(text) !== undefined);
}

/** Whether a cell is not rather a number in another format. */
function isPlain(text: string): boolean {
  return !looksNumeric.test(text) || parseNumber(text) !== undefined;
}

export interface FoundNumbers {
  readonly format: NumberFormat;
  /** Others that read as many cells, some of them as other numbers. */
  readonly others: readonly NumberFormat[];
  /** A cell that one of them reads as another number. */
  readonly example?: string;
}

/**
 * Finds the format that reads most cells of the columns as numbers. A column counts for a format that reads
 * half of its cells. `columns` hold trimmed cells that are not missing.
 */
export function findNumberFormat(
  columns: readonly (readonly string[])[],
  delimiter: string,
  given: Partial<NumberFormat>,
): FoundNumbers {
  const candidates = numberFormats.filter(
    ({ decimal, thousands }) => decimal === (given.decimal ?? decimal) && thousands === (given.thousands ?? thousands),
  );
  // Between commas a cell such as "1,234" is quoted, which programs of the English-speaking world do.
  const isEnglish = ({ decimal, thousands }: NumberFormat) => decimal === '.' && thousands === ',';
  const rankOf = (format: NumberFormat) =>
    delimiter === ',' && isEnglish(format) ? 0.5 : numberFormats.indexOf(format);
  candidates.sort((a, b) => rankOf(a) - rankOf(b));
  const readersOf = candidates.map(numberReader);
  if (readersOf[0] === parseNumber && delimiter !== ';' && columns.every((cells) => cells.every(isPlain))) {
    return { format: plainNumbers, others: [] };
  }
  const scores = candidates.map(() => 0);
  const texts = new Set<string>();
  for (const cells of columns) {
    const counts = candidates.map(() => 0);
    for (const text of cells) {
      if (!looksNumeric.test(text)) {
        continue;
      }
      if (!differing.test(text)) {
        const isNumber = parseNumber(text) !== undefined ? 1 : 0;
        counts.forEach((_, i) => {
          counts[i] += isNumber;
        });
        continue;
      }
      texts.add(text);
      readersOf.forEach((read, i) => {
        counts[i] += read(text) === undefined ? 0 : 1;
      });
    }
    counts.forEach((count, i) => {
      scores[i] += 2 * count >= cells.length ? count : 0;
    });
  }
  const most = scores.reduce((a, b) => Math.max(a, b), 0);
  const best = scores.indexOf(most);
  const format = candidates[best] ?? { ...plainNumbers, ...given };
  // A point is the usual decimal sign. Between semicolons it may as well separate thousands.
  if (best < 0 || (readersOf[best] === parseNumber && delimiter !== ';')) {
    return { format, others: [] };
  }
  let example: string | undefined;
  const others = candidates.filter((_, i) => {
    if (i === best || scores[i] < most) {
      return false;
    }
    const differs = [...texts].find((text) => {
      const [one, other] = [readersOf[best](text), readersOf[i](text)];
      return one !== undefined && other !== undefined && one !== other;
    });
    example ??= differs;
    return differs !== undefined;
  });
  return { format, others, example };
}
