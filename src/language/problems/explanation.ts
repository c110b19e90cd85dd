/** The page `docs/problems.md` and its translation: a section for each code of a problem. */

/** The codes that the page explains. */
export function explainedCodes(page: string): readonly string[] {
  return Array.from(page.matchAll(/^### (.+)$/gm), ([, code]) => code);
}

/** The text of the section of a code; undefined where there is none. */
export function sectionOf(page: string, code: string): string | undefined {
  const lines = page.split('\n');
  const start = lines.indexOf(`### ${code}`);
  if (start < 0) {
    return undefined;
  }
  const length = lines.slice(start + 1).findIndex((line) => /^#{1,3} /.test(line));
  return lines
    .slice(start + 1, length < 0 ? undefined : start + 1 + length)
    .join('\n')
    .trim();
}

/** The section as a page of its own. */
export function explanationOf(page: string, code: string): string | undefined {
  const section = sectionOf(page, code);
  return section === undefined ? undefined : `# ${code}\n\n${section}\n`;
}
