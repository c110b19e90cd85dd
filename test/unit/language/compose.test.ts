import assert from 'node:assert/strict';
import { Composer, isCollection, isPair, Parser } from 'yaml';
import { takeAll } from '../../../src/common/steps';
import { composeSteps, tokenSteps } from '../../../src/language/yaml/compose';

function plain(node: unknown): unknown {
  if (isPair(node)) {
    return [plain(node.key), plain(node.value)];
  }
  if (isCollection(node)) {
    const { flow = false, anchor = '', range, items } = node;
    return { flow, anchor, span: range?.slice(0, 2), items: items.map(plain) };
  }
  const { value, range } = (node ?? {}) as { value?: unknown; range?: unknown };
  return { value, range };
}

const rows = (count: number, row: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => row(i)).join('');

describe('Long lists and maps are composed in parts', () => {
  for (const text of [
    `list:\n${rows(250, (i) => `  - [${i}, x] # ${i}\n`)}z: 2\n`,
    `map: &a\n${rows(330, (i) => `  k${i}: { a: ${i}, b }\n`)} z:\n  - *a\n`,
    `flow: [\n${rows(320, (i) => `  [${i}, ${i}], \n`)}  3 }\n`,
    `flow: {${rows(220, (i) => `k${i}: ${i} ,`)}, z }\n`,
    `a: [${rows(120, () => '1, , ')}]\nb:\n${rows(120, () => '  - a: b: c\n')}`,
  ]) {
    it(`with the same nodes and faults as at once: ${text.slice(0, 20)}`, () => {
      const options = { uniqueKeys: false, schema: 'core', merge: false, resolveKnownTags: false } as const;
      const whole = [...new Composer(options).compose(new Parser().parse(text), true, text.length)];
      const parts = takeAll(composeSteps(takeAll(tokenSteps(text)), text.length));
      const fault = ({ code, pos }: { readonly code: string; readonly pos: readonly number[] }) => `${code} ${pos}`;
      assert.deepEqual(
        parts.map(({ contents }) => plain(contents)),
        whole.map(({ contents }) => plain(contents)),
      );
      assert.deepEqual(
        parts.flatMap(({ faults }) => faults.map(fault)).sort(),
        whole.flatMap(({ errors, warnings }) => [...errors, ...warnings].map(fault)).sort(),
      );
    });
  }
});

describe('A text of many documents or stray brackets', () => {
  for (const unit of ['...\n', '---\n', ']', '}']) {
    it(`is composed in short steps: ${JSON.stringify(unit)}`, () => {
      const text = unit.repeat(5_000);
      const tokens = takeAll(tokenSteps(text));
      let count = 0;
      for (const _ of composeSteps(tokens, text.length)) {
        count++;
      }
      assert.ok(count > tokens.length / 100, `${count} steps for ${tokens.length} tokens`);
    });
  }
});
