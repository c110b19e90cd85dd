/**
 * The section of a code in `docs/problems.md` or its translation, as a page; undefined where there is none.
 */
export function explanationOf(page: string, code: string): string | undefined {
  const lines = page.split('\n');
  const start = lines.indexOf(`### ${code}`);
  if (start < 0) {
    return undefined;
  }
  const length = lines.slice(start + 1).findIndex((line) => /^#{1,3} /.test(line));
  const section = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length);
  return `# ${code}\n\n${section.join('\n').trim()}\n`;
}
