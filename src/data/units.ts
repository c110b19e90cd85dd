/**
 * Numbers with a unit or a currency: `$4,626.20`, `12 %`, `2019년`. A unit is written as a pattern in which #
 * stands for the number: `$#`, `#%`. Spaces between them make no difference.
 */
import type { NumberReader } from './numbers';

/** Longer cells are text. */
const longestCell = 60;

/** A currency sign, as in US$, before the number; its own sign may come before or after that. */
const before = /^([+-]?)([A-Z]{0,3}\p{Sc})[ \u00a0\u202f]?([+-]?[\d.,].*)$/su;
/** Letters, a currency sign, per cent or degrees after the number, and no further digits. */
const after = /^([+-]?[\d.,](?:[\d.,'’\s]*[\d.,])?)[ \u00a0\u202f]?([\p{L}\p{Sc}%‰°][^\d\n]{0,11})$/u;

interface Parts {
  readonly number: string;
  readonly unit: string;
}

/** The number of a cell and its unit; undefined where it has none. */
function partsOf(text: string): Parts | undefined {
  if (text.length > longestCell) {
    return undefined;
  }
  const leading = before.exec(text);
  if (leading) {
    const [, sign, unit, number] = leading;
    return { number: sign + number, unit: `${unit}#` };
  }
  const trailing = after.exec(text);
  return trailing ? { number: trailing[1], unit: `#${trailing[2]}` } : undefined;
}

export interface FoundUnit {
  readonly unit: string;
  /** The cells without it. */
  readonly numbers: readonly string[];
}

/**
 * The unit that all cells with a digit have. Where a column `isDeclared` to hold numbers, some may lack it.
 * Training's own unit is `wanted`: no other is taken for it.
 */
export function findUnit(cells: readonly string[], isDeclared: boolean, wanted?: string): FoundUnit | undefined {
  let unit: string | undefined;
  const numbers: string[] = [];
  for (const text of cells) {
    const parts = partsOf(text);
    if (!parts && !isDeclared && /\d/.test(text)) {
      return undefined;
    }
    unit ??= parts?.unit;
    if (parts && parts.unit !== (wanted ?? unit)) {
      return undefined;
    }
    numbers.push(parts?.number ?? text);
  }
  return unit === undefined ? undefined : { unit, numbers };
}

/** The first unit among the cells. */
export function someUnit(cells: readonly string[]): string | undefined {
  return cells.map((text) => partsOf(text)?.unit).find((unit) => unit !== undefined);
}

/** Reads numbers with the unit or without it. */
export function readerWithUnit(unit: string, read: NumberReader): NumberReader {
  return (text) => {
    const parts = partsOf(text);
    return parts?.unit === unit ? read(parts.number) : read(text);
  };
}
