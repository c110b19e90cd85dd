import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fileOf, type Notebook, named, nameOf, notebookOf } from '../../../src/lessons/notebook';
import { anyLesson } from './anyLesson';

/** The text as the editor holds it: without a mark at its beginning, and with one kind of line breaks. */
function inEditor(text: string): string {
  const breaks = text.match(/\r\n|\n|\r/g) ?? [];
  const most = breaks.filter((each) => each !== '\n').length > breaks.length / 2 ? '\r\n' : '\n';
  return text.replace(/^\uFEFF/, '').replace(/\r\n|\n|\r/g, most);
}

function throughEditor({ front, cells }: Notebook): Notebook {
  return { front, cells: cells.map((cell) => ({ ...cell, text: inEditor(cell.text) })) };
}

function textAfter(whole: string, change: (notebook: Notebook) => Partial<Notebook>): string {
  const notebook = notebookOf(whole);
  return fileOf({ ...notebook, ...change(notebook) }).text;
}

const lesson = `---
title: Tests
---

# Heading

\`\`\`nnspec name=deep
data: { source: xor }
\`\`\`

\`\`\`question
id: a
\`\`\`
Text.
`;

describe('A lesson in the notebook editor', () => {
  it('is saved byte for byte where nothing was changed', () => {
    fc.assert(
      fc.property(anyLesson, (whole) => {
        assert.equal(fileOf(throughEditor(notebookOf(whole))).text, whole);
      }),
    );
  });

  it('has its blocks as cells of code, a question with its fences as Markdown', () => {
    assert.deepEqual(
      notebookOf(lesson).cells.map(({ language, text }) => [language, text]),
      [
        ['markdown', '# Heading'],
        ['nnspec', 'data: { source: xor }'],
        ['markdown', '```question\nid: a\n```'],
        ['markdown', 'Text.'],
      ],
    );
  });

  it('keeps all that is around a cell that was changed', () => {
    const text = textAfter(lesson, ({ cells }) => ({
      cells: cells.map((cell) => ({ ...cell, text: cell.text.replace('xor', 'spiral').replace('id: a', 'id: b') })),
    }));
    assert.equal(text, lesson.replace('xor', 'spiral').replace('id: a', 'id: b'));
  });

  it('keeps the line breaks of Windows in a cell that was changed', () => {
    const windows = lesson.replaceAll('\n', '\r\n');
    const text = textAfter(windows, ({ cells }) => ({
      cells: cells.map((cell) => ({ ...cell, text: cell.text.replace('# Heading', '# Heading\nMore.') })),
    }));
    assert.equal(text, windows.replace('# Heading', '# Heading\r\nMore.'));
  });

  it('writes new cells apart from others, and one in another language as a block of that language', () => {
    const text = textAfter('Text.\n', ({ cells }) => ({
      cells: [
        ...cells,
        { isCode: true, language: 'nnlesson-compute', text: 'a: 1' },
        { isCode: true, language: 'python', text: 'print(1)' },
      ],
    }));
    assert.equal(text, 'Text.\n\n```compute\na: 1\n```\n\n```python\nprint(1)\n```\n');
  });

  it('tells where each cell begins in the file', () => {
    const notebook = notebookOf(lesson);
    const { text, starts } = fileOf(notebook);
    notebook.cells.forEach((cell, index) => {
      assert.ok(text.startsWith(cell.text, starts[index]), cell.text);
    });
  });

  it('gives a cell a name, another one, and takes it away', () => {
    const [, cell] = notebookOf(lesson).cells;
    assert.equal(nameOf(cell), 'deep');
    const renamed = named(cell, 'wide');
    assert.equal(renamed.before, '```nnspec name=wide\n');
    assert.equal(nameOf({ around: renamed }), 'wide');
    assert.equal(named({ around: renamed }, '').before, '```nnspec\n');
    assert.equal(named({}, 'new').before, '```nnspec name=new\n');
  });
});
