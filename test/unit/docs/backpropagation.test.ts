import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { referenceBackend } from '../../../src/engine';
import { dataOf, dense, network, plan, range, sgd } from '../engine/support';

const page = readFileSync('docs/backpropagation.md', 'utf8');

/** The rows of a table that show one tensor. */
interface Claim {
  readonly tensor: string;
  readonly values: readonly string[];
  /** Arithmetic that leads to the values, where the page shows it. */
  readonly workings: readonly string[];
}

/** The claims of each section, by its heading; those before the first heading stand under ''. */
function claimsOf(markdown: string): ReadonlyMap<string, readonly Claim[]> {
  const sections = markdown.split(/^## /m).map((text, i) => {
    const heading = i === 0 ? '' : text.split('\n')[0];
    const claims: { tensor: string; values: string[]; workings: string[] }[] = [];
    for (const line of text.split('\n')) {
      if (!line.startsWith('|') || line.includes('---') || /\| (value|값) \|/.test(line)) {
        continue;
      }
      const cells = line.split('|').slice(1, -1);
      const [name, value] = [cells[cells.length - 1], cells[cells.length - 2]].map((cell) => cell.trim());
      if (name !== '') {
        claims.push({ tensor: name.replaceAll('`', ''), values: [], workings: [] });
      }
      const claim = claims[claims.length - 1];
      claim.values.push(
        ...value
          .replaceAll('−', '-')
          .split(/[,;]/)
          .map((part) => part.trim()),
      );
      if (cells.length === 4) {
        claim.workings.push(cells[1].trim());
      }
    }
    return [heading, claims] as const;
  });
  return new Map(sections);
}

/** Evaluates arithmetic as the page writes it. */
function evaluate(working: string): number {
  const code = working.replaceAll('−', '-').replaceAll('·', '*').replaceAll('σ', 'sigmoid');
  assert.match(code, /^(sigmoid|[-+*(). \d])+$/, working);
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
  return new Function('sigmoid', `return ${code};`)(sigmoid);
}

/** Runs the page's example. `after` is called with each heading once the program has done that part. */
function runExample(claims: ReadonlyMap<string, readonly Claim[]>, after: (heading: string, read: Read) => void): void {
  const given = new Map(claims.get('')?.map(({ tensor, values }) => [tensor, values.map(Number)]));
  const learningRate = Number(/learning rate \([^)]*\) η, here ([\d.]+)\./.exec(page)?.[1]);
  assert.ok(learningRate > 0);
  const net = network([2], [dense(2, 'sigmoid'), dense(1, 'sigmoid')], 'half_mean_squared_error');
  const data = dataOf([given.get('input') ?? []], [given.get('target') ?? []]);
  const training = { optimizer: sgd({ learning_rate: learningRate }) };
  const program = referenceBackend.compile(plan(net, training), data, { maxBatch: 1, precision: 'float64' });
  for (const name of ['dense_1.weight', 'dense_1.bias', 'dense_2.weight', 'dense_2.bias']) {
    program.write(name, given.get(name) ?? []);
  }
  let loss = Number.NaN;
  const forward = (): void => {
    program.begin(range(1), 0, 1, 'training');
    program.forward(0);
    program.forward(1);
    loss = program.loss();
  };
  const read: Read = (tensor) => (tensor === 'loss' ? [loss] : program.read(tensor).values);
  forward();
  after('1. Forward pass', read);
  program.backward(1);
  program.backward(0);
  after('2. Error', read);
  after('3. Gradients', read);
  program.update(0);
  program.update(1);
  program.endStep();
  after('4. Update', read);
  forward();
  after('And forward again', read);
}

type Read = (tensor: string) => ArrayLike<number>;

/** The links to lines of code, each with the code that the page shows after it. */
function excerptsOf(markdown: string): { link: string; path: string; first: number; last: number; code?: string }[] {
  return [...markdown.matchAll(/\]\((\.\.\/[^)#]+)(?:#L(\d+)-L(\d+))?\)((?:(?!\]\()[\s\S])*)/g)].map(
    ([, path, first, last, rest]) => ({
      link: `${path}#L${first}-L${last}`,
      path: posix.join('docs', path),
      first: Number(first),
      last: Number(last),
      code: /```ts\n([\s\S]*?)\n```/.exec(rest)?.[1],
    }),
  );
}

/** Lines of a file, without the indentation that they have in common. */
function linesOf(path: string, first: number, last: number): string {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .slice(first - 1, last);
  const indentation = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indentation)).join('\n');
}

describe('docs/backpropagation.md', () => {
  const claims = claimsOf(page);

  it('shows the numbers that the reference backend computes, to every digit', () => {
    const headings: string[] = [''];
    runExample(claims, (heading, read) => {
      headings.push(heading);
      const found = claims.get(heading) ?? [];
      assert.ok(found.length >= 2, heading);
      for (const { tensor, values } of found) {
        const numbers = read(tensor);
        assert.equal(values.length, numbers.length, `${heading}: ${tensor}`);
        for (const [i, value] of values.entries()) {
          const digits = value.split('.')[1]?.length ?? 0;
          // A short number is exact, a long one is rounded.
          const bound = digits < 5 ? 1e-12 : 0.5000001 * 10 ** -digits;
          assert.ok(Math.abs(numbers[i] - Number(value)) <= bound, `${tensor} is ${numbers[i]}, on the page ${value}`);
        }
      }
    });
    assert.deepEqual([...claims.keys()], headings);
  });

  it('shows arithmetic that leads to these numbers, apart from the rounding of its operands', () => {
    let checked = 0;
    for (const { tensor, values, workings } of [...claims.values()].flat()) {
      for (const [i, working] of workings.entries()) {
        const value = evaluate(working);
        assert.ok(Math.abs(value - Number(values[i])) <= 1.5e-5, `${tensor}: ${working} is ${value}, not ${values[i]}`);
        checked++;
      }
    }
    assert.equal(checked, 30);
  });

  it('links to the lines of code that it shows', () => {
    const excerpts = excerptsOf(page);
    assert.equal(excerpts.length, 8);
    for (const { link, path, first, last, code } of excerpts) {
      assert.equal(linesOf(path, first, last), code, link);
    }
  });
});

describe('docs/backpropagation.ko.md', () => {
  const korean = readFileSync('docs/backpropagation.ko.md', 'utf8');

  it('has the numbers and the code of the English page', () => {
    assert.deepEqual([...claimsOf(korean).values()], [...claimsOf(page).values()]);
    assert.deepEqual(excerptsOf(korean), excerptsOf(page));
  });
});
