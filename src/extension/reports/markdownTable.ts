/** A table in Markdown: the first `left` columns are aligned to the left, numbers to the right. */
export function table(head: readonly string[], left: number, rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column < left ? '---' : '---:'));
  return scrolling([line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n'));
}

/** A table that scrolls by itself where the page is narrower: the page would cut it off. */
export function scrolling(content: string): string {
  return `<div style="overflow-x:auto">\n\n${content}\n\n</div>`;
}
