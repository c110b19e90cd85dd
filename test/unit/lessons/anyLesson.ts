import fc from 'fast-check';

const line = fc.constantFrom(
  '---',
  'title: A lesson',
  '# Heading',
  'Text with `code` and $x^2$.',
  '',
  '  ',
  '```',
  '````',
  '~~~',
  '   ```',
  '    ```nnspec',
  '```nnspec',
  '```nnspec name=deep',
  '  ~~~ compute',
  '````question  ',
  '```python',
  'W: [[1, 2]]',
  '- item',
);
/** Texts full of fences, marks and line breaks of all kinds. */
export const anyLesson = fc
  .tuple(fc.constantFrom('', '\uFEFF'), fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r'))), line)
  .map(([mark, lines, last]) => mark + lines.map((pair) => pair.join('')).join('') + last);
