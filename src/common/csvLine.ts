/** A line of CSV (RFC 4180): cells with delimiters, quotes or line breaks are quoted. */
export function csvLine(cells: readonly (string | number)[], delimiter = ','): string {
  return `${cells.map((cell) => quote(String(cell), delimiter)).join(delimiter)}\n`;
}

function quote(cell: string, delimiter: string): string {
  return /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
