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
  ',': { signs: [','], grouped: /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/ },
  '.': { signs: ['.'], grouped: /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$/ },
  ' ': {
    signs: [' ', '\u00a0', '\u2009', '\u202f'],
    grouped: /^[+-]?[1-9]\d{0,2}(?:(?: \d{3})+|(?:\u00a0\d{3})+|(?:\u2009\d{3})+|(?:\u202f\d{3})+)$/,
  },
  "'": { signs: ["'", '\u2019'], grouped: /^[+-]?[1-9]\d{0,2}(?:(?:'\d{3})+|(?:\u2019\d{3})+)$/ },
} as const satisfies Record<
  TextFormat['thousands'],
  { readonly signs: readonly string[]; readonly grouped: RegExp } | undefined
>;

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
      return parseNumber(group.signs.reduce((digits, sign) => digits.replaceAll(sign, ''), whole) + part);
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

function hasSign(texts: Iterable<string>, sign: string): boolean {
  for (const text of texts) {
    if (text.includes(sign)) {
      return true;
    }
  }
  return false;
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
  const isOpen = given.decimal !== ',' && (given.thousands ?? 'none') === 'none';
  if (isOpen && delimiter !== ';' && columns.every((cells) => cells.every(isPlain))) {
    return { format: plainNumbers, others: [] };
  }
  const texts = new Set(
    columns.flatMap((cells) => cells.filter((text) => looksNumeric.test(text) && differing.test(text))),
  );
  // A sign between thousands that no number has makes no difference.
  const present = thousandsSigns.filter((thousands) => groups[thousands]?.signs.some((sign) => hasSign(texts, sign)));
  const candidates = numberFormats.filter(
    ({ decimal, thousands }) =>
      decimal === (given.decimal ?? decimal) &&
      thousands === (given.thousands ?? (present.includes(thousands) ? thousands : 'none')),
  );
  // Between commas a cell such as "1,234" is quoted, which programs of the English-speaking world do.
  const isEnglish = ({ decimal, thousands }: NumberFormat) => decimal === '.' && thousands === ',';
  const rankOf = (format: NumberFormat) =>
    delimiter === ',' && isEnglish(format) ? 0.5 : numberFormats.indexOf(format);
  candidates.sort((a, b) => rankOf(a) - rankOf(b));
  const readersOf = candidates.map(numberReader);
  const scores = candidates.map(() => 0);
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

export function areWhole(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isInteger(values[i])) {
      return false;
    }
  }
  return true;
}
