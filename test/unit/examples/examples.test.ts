import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '../../../src/data';
import { evaluateAll, judge, wasmBackend, Trainer } from '../../../src/engine';
import { checkSpec, parseSpec } from '../../../src/language';
import { planNetwork } from '../../../src/spec/planNetwork';
import type { Spec } from '../../../src/spec/spec';

interface Example {
  readonly order: number;
  readonly file: string;
  readonly korean: string;
  readonly title: Readonly<Record<'en' | 'ko', string>>;
  readonly description: Readonly<Record<'en' | 'ko', string>>;
  /** Data files that the example reads; they are copied with it. */
  readonly data: readonly string[];
}

const folder = join(process.cwd(), 'examples');
const read = (file: string) => readFileSync(join(folder, file));
const textOf = (file: string) => read(file).toString('utf8');
const examples: readonly Example[] = JSON.parse(textOf('index.json'));

const hangul = /[\uAC00-\uD7A3]/;
const files = {
  read: (path: string) => Promise.resolve(read(path)),
  readShipped: (name: string) => Promise.resolve(readFileSync(join(process.cwd(), 'media/data', name))),
};

function specOf(file: string): Spec {
  const { spec, problems } = parseSpec(textOf(file), { fileName: file });
  assert.ok(spec, JSON.stringify(problems));
  return spec;
}

async function load(spec: Spec) {
  const loaded = await loadDataset({ data: spec.data, loss: spec.training.loss.name, seed: spec.seed }, files);
  if ('problems' in loaded) {
    throw new Error(JSON.stringify(loaded.problems));
  }
  return loaded;
}

async function train(spec: Spec) {
  const { dataset, facts } = await load(spec);
  const { plan, issues } = planNetwork(spec, facts);
  assert.ok(plan, JSON.stringify(issues));
  const trainer = new Trainer({
    plan: { network: plan, training: spec.training, seed: spec.seed },
    data: dataset,
    parts: dataset.parts,
    backend: wasmBackend,
  });
  while (!trainer.ended) {
    trainer.trainEpoch();
  }
  return judge(spec.expect, trainer, wasmBackend, evaluateAll(trainer));
}

describe('Examples', () => {
  it('are listed in order, each file once, with the data that they read', () => {
    const there = readdirSync(folder).filter((name) => name !== 'index.json');
    const listed = examples.flatMap(({ file, korean, data }) => [file, korean, ...data]);
    assert.deepEqual([...new Set(listed)].sort(), there.sort());
    assert.deepEqual(
      examples.map(({ order }) => order),
      examples.map((_, index) => index + 1),
    );
    for (const { file, data } of examples) {
      const { origin } = specOf(file).data;
      assert.deepEqual(data, origin.kind === 'file' ? [origin.path] : []);
    }
  });

  it('read files that equal the shipped sets', () => {
    for (const name of examples.flatMap(({ data }) => data)) {
      assert.ok(read(name).equals(readFileSync(join(process.cwd(), 'media/data', name))), name);
    }
  });

  for (const { file, korean, title, description } of examples) {
    describe(file, () => {
      it('opens with a comment that says what to look for and what to try', () => {
        assert.match(textOf(file), /^# [\s\S]*\n# Look for: [\s\S]*\n# Try: [\s\S]*\n\nnnspec: 1\n/);
        assert.match(textOf(korean), /^# [\s\S]*\n# 살펴볼 것: [\s\S]*\n# 해 볼 것: [\s\S]*\n\nnnspec: 1\n/);
      });

      it('has a Korean twin that differs in name and comments only', () => {
        const [english, twin] = [specOf(file), specOf(korean)];
        assert.deepEqual({ ...twin, name: english.name }, english);
        assert.deepEqual([english.name, twin.name], [title.en, title.ko]);
        assert.ok(!hangul.test(textOf(file) + title.en + description.en));
        assert.ok(hangul.test(description.ko));
        const paragraphs = (text: string) => text.split('\n\n')[0].split('\n#\n');
        assert.equal(paragraphs(textOf(korean)).length, paragraphs(textOf(file)).length);
        for (const paragraph of paragraphs(textOf(korean))) {
          assert.match(paragraph, hangul);
        }
      });

      it('has no errors and expects something', async () => {
        const parsed = parseSpec(textOf(file), { fileName: file });
        assert.ok(parsed.spec && parsed.spec.expect.length > 0);
        const problems = checkSpec(parsed, (await load(parsed.spec)).facts);
        assert.deepEqual(
          problems.filter(({ severity }) => severity === 'error'),
          [],
        );
      });
    });
  }

  // Without the deep networks and the spiral, which take seconds.
  for (const file of ['linear-xor', 'xor', 'by-hand', 'iris', 'breast-cancer', 'sine', 'digits']) {
    it(`${file} meets its own expectations`, async function () {
      this.timeout(20_000);
      const judgements = await train(specOf(`${file}.nnspec`));
      assert.ok(judgements.length > 0);
      for (const { text, ok, value } of judgements) {
        assert.ok(ok, `${text}: ${value}`);
      }
    });
  }
});
