import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cellsOf, textOfCells } from '../../../src/lessons/cells';
import { blockKinds, piecesOf } from '../../../src/lessons/pieces';
import { anyLesson as text } from './anyLesson';

describe('The cells of a lesson', () => {
  it('hold every byte of any text', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const { pieces } = piecesOf(whole);
        assert.equal(pieces.map(({ span }) => whole.slice(...span)).join(''), whole);
        assert.equal(textOfCells(cellsOf(whole)), whole);
      }),
    );
  });

  it('keep every byte around a block whose body is changed, and read the new body', () => {
    const body = fc
      .array(fc.constantFrom('a: 1', '```', '~~~~', '# b', ''), { minLength: 1 })
      .map((all) => ['d', ...all, 'c'].join('\n'));
    fc.assert(
      fc.property(text, body, fc.nat(), (whole, changed, choice) => {
        const cells = cellsOf(whole);
        const blocks = cells.filter(({ kind }) => kind !== 'markdown' && kind !== 'front');
        fc.pre(blocks.length > 0);
        const at = cells.indexOf(blocks[choice % blocks.length]);
        const written = textOfCells(cells.map((cell, index) => (index === at ? { ...cell, body: changed } : cell)));
        const before = textOfCells(cells.slice(0, at));
        assert.ok(written.startsWith(at === 0 ? '' : before));
        assert.equal(cellsOf(written)[at].body, changed);
        assert.deepEqual(
          cellsOf(written)
            .slice(at + 1)
            .map(({ body: other }) => other),
          cells.slice(at + 1).map(({ body: other }) => other),
        );
      }),
    );
  });

  it('are Markdown and blocks, with the text around them apart', () => {
    const whole = '---\ntitle: T\n---\n\n# One\n\n```nnspec name=a\nmodel: {}\n```\n\n~~~~ compute\nx: 1\n~~~~\nEnd';
    const cells = cellsOf(whole);
    assert.deepEqual(
      cells.map(({ kind, body }) => [kind, body]),
      [
        ['front', 'title: T'],
        ['markdown', '# One'],
        ['nnspec', 'model: {}'],
        ['compute', 'x: 1'],
        ['markdown', 'End'],
      ],
    );
    const added = textOfCells([...cells, { kind: 'question', body: 'id: q' }]);
    assert.equal(added, `${whole}\n\n\`\`\`question\nid: q\n\`\`\`\n`);
  });

  it('leave blocks of other kinds in the Markdown', () => {
    const whole = 'See\n```python\nnp.exp(x)\n```\n\n    ```nnspec\n    no: fence\n';
    assert.deepEqual(
      cellsOf(whole).map(({ kind }) => kind),
      ['markdown'],
    );
    assert.equal(piecesOf(whole).oddities.length, 1);
  });

  it('a block inside another fence is text of that fence', () => {
    const whole = '````markdown\n```nnspec\n```\n````\n';
    assert.deepEqual(
      cellsOf(whole).map(({ kind }) => kind),
      ['markdown'],
    );
  });

  it('know every kind of block', () => {
    for (const kind of blockKinds) {
      assert.equal(cellsOf(`\`\`\`${kind}\n\`\`\``)[0].kind, kind);
    }
  });
});
