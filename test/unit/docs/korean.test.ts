import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

/** A page's structure and the words of the language in it, which a translation keeps. */
function skeletonOf(markdown: string): { headings: number; rows: number; code: readonly string[] } {
  const text = markdown.replace(/^```[\s\S]*?^```/gm, '');
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span);
  return {
    headings: text.match(/^#+ /gm)?.length ?? 0,
    rows: text.match(/^\|/gm)?.length ?? 0,
    // Placeholders such as <layer> are translated.
    code: [...new Set(spans)].filter((span) => !span.includes('<')).sort(),
  };
}

/** The targets of a page's links to other pages. */
const linksOf = (markdown: string): string[] =>
  [...markdown.matchAll(/\]\(([^)#:]+\.md)/g)].map(([, target]) => target);

describe('the Korean pages', () => {
  const pages = [
    'README.ko.md',
    ...readdirSync('docs')
      .filter((name) => name.endsWith('.ko.md'))
      .map((name) => `docs/${name}`),
  ];

  it('have the headings, the rows of tables and the words of the language that the English pages have', () => {
    assert.ok(pages.length >= 7, pages.join());
    for (const page of pages) {
      const english = readFileSync(page.replace('.ko.md', '.md'), 'utf8');
      assert.deepEqual(skeletonOf(readFileSync(page, 'utf8')), skeletonOf(english), page);
    }
  });

  it('link to Korean pages where there are any', () => {
    for (const page of pages) {
      const own = page.slice(page.lastIndexOf('/') + 1).replace('.ko.md', '.md');
      for (const target of linksOf(readFileSync(page, 'utf8'))) {
        const korean = target.replace(/\.md$/, '.ko.md');
        const folder = page.startsWith('docs/') ? 'docs/' : '';
        assert.ok(target === own || !pages.includes(folder + korean), `${page}: ${target}`);
      }
    }
  });
});
