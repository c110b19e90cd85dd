import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Parser,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { composeSteps } from '../../../src/language/compose';

const options = { uniqueKeys: false, schema: 'core', merge: false, logLevel: 'silent', prettyErrors: false } as const;

function sliced(text: string): { documents: Document.Parsed[]; steps: number } {
  const steps = composeSteps([...new Parser().parse(text)], text.length);
  for (let count = 0; ; count++) {
    const step = steps.next();
    if (step.done) return { documents: step.value, steps: count };
  }
}

function whole(text: string): Document.Parsed[] {
  return [...new Composer(options).compose(new Parser().parse(text), true, text.length)] as Document.Parsed[];
}

/** All that the tree of a file is made of: kinds, values, places, anchors. An indented collection ends with its last item. */
function shape(node: unknown): unknown {
  if (isAlias(node)) return ['alias', node.source, node.range?.slice(0, 2)];
  if (isScalar(node)) return ['scalar', node.value, node.type, node.anchor, node.range?.slice(0, 2)];
  if (isSeq(node)) return ['list', node.flow, node.anchor, placeOf(node), node.items.map(shape)];
  if (isMap(node)) return ['map', node.flow, node.anchor, placeOf(node), node.items.map(shape)];
  return isPair(node) ? [shape(node.key), shape(node.value)] : node;
}

function placeOf({ flow, range }: YAMLMap | YAMLSeq): unknown {
  return flow ? range?.slice(0, 2) : range?.[0];
}

const told = (documents: readonly Document.Parsed[]) => ({
  contents: documents.map(({ contents }) => shape(contents)),
  errors: documents.flatMap(({ errors }) => errors.map(({ code, pos }) => `${pos} ${code}`)).sort(),
});

describe('composing in steps', () => {
  it('takes a long list a stretch at a time, and makes what composing at once makes', () => {
    const rows = Array.from({ length: 1000 }, (_, row) => `    - [${row}, ${row % 3}, "x"]\n`).join('');
    const text = `data:\n  rows:\n${rows}  target: y\nmodel: { layers: [] }\n`;
    const { documents, steps } = sliced(text);
    assert.ok(steps >= 4, `${steps} steps`);
    assert.deepEqual(told(documents), told(whole(text)));
  });

  it('makes the same of any file, broken ones included', () => {
    const item = fc.constantFrom(
      '- [1, 2]\n',
      '- { a: 1 }\n',
      '- &x 4\n',
      '- *x\n',
      '-\n',
      '- a: 1\n      b: [2\n',
      '- "open\n',
      '# note\n',
      '- !tag 3\n',
      '- - 1\n      - 2\n',
      '- a: b: c\n',
    );
    const file = fc
      .tuple(
        fc.array(item, { maxLength: 4 }),
        fc.array(item, { maxLength: 4 }),
        fc.constantFrom('', '  z: 1\n', 'x: *x\n', '  - 9\n'),
      )
      .map(([head, tail, after]) => {
        const plain = Array.from({ length: 300 }, (_, row) => `- [${row}]\n`);
        return `# top\ndata:\n  rows: # these\n${[...head, ...plain, ...tail].map((line) => `    ${line}`).join('')}${after}`;
      });
    fc.assert(
      fc.property(file, (text) => assert.deepEqual(told(sliced(text).documents), told(whole(text)))),
      { numRuns: 200 },
    );
  }).timeout(60_000);
});
