import { t } from '@vscode/l10n';

/** In four significant digits, or so many. Prices are easier to read without an exponent. */
export function short(value: number, digits = 4): string {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e9)
    ? value.toExponential(digits - 1)
    : String(Number(value.toPrecision(digits)));
}

/** `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) {
    return t('{0} s', seconds < 10 ? seconds.toFixed(1) : whole);
  }
  return whole < 3600
    ? t('{0} min {1} s', Math.floor(whole / 60), whole % 60)
    : t('{0} h {1} min', Math.floor(whole / 3600), Math.floor((whole % 3600) / 60));
}

/**
 * Aligns cells in columns: the first to the left, the others to the right. East Asian characters are two
 * columns wide.
 */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => width(row[column] ?? ''))),
  );
  return rows
    .map((row) => {
      const cells = widths.map((wanted, column) => {
        const cell = row[column] ?? '';
        const room = ' '.repeat(wanted - width(cell));
        return column === 0 ? cell + room : room + cell;
      });
      return `  ${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

/** Columns that a text takes in a terminal. */
export function width(text: string): number {
  let places = 0;
  for (const character of text) {
    places += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
      character,
    )
      ? 2
      : 1;
  }
  return places;
}

/** Cuts a text to `room` columns of a terminal. */
export function cutTo(text: string, room: number): string {
  let cut = '';
  for (const character of text) {
    if (width(cut + character) > room) {
      break;
    }
    cut += character;
  }
  return cut;
}
