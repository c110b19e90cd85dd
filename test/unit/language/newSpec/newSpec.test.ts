import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { profileTable } from '../../../../src/data/profile';
import { newSpecFor, targetGuesses } from '../../../../src/language/newSpec';
import { rounds } from '../../../harness/rounds';
import { assertSound, factsOf, names, specFor, table } from './shapes';

const shipped = (name: string) => readFileSync(`media/data/${name}.csv`, 'utf8');
/** A number that looks random and is the same each time. */
const noise = (index: number) => ((index * 7919) % 104_729) / 1000;

describe('a new spec from data', () => {
  it('guesses the target of the shipped sets, and writes a spec without an error for each', async () => {
    const targets = {
      iris: 'species',
      penguins: 'species',
      wine: 'class',
      breast_cancer: 'diagnosis',
      digits: 'digit',
    };
    for (const [name, target] of Object.entries(targets)) {
      const csv = shipped(name);
      assert.equal(names(targetGuesses(factsOf(csv)))[0], target, name);
      const spec = await assertSound(specFor(csv), csv);
      const { outputs, loss } = { outputs: spec.layers.at(-1)?.parameters.units, loss: spec.training.loss.name };
      const expected =
        name === 'breast_cancer'
          ? [1, 'binary_crossentropy']
          : [name === 'digits' ? 10 : 3, 'categorical_crossentropy'];
      assert.deepEqual([outputs, loss], expected, name);
    }
  });

  it('explains each choice in a comment', () => {
    const csv = table('id,size,colour,kind', 40, (i) => [
      i + 1,
      noise(i),
      i % 3 ? 'red' : 'blue',
      i % 2 ? 'yes' : 'no',
    ]);
    assert.equal(
      specFor(csv),
      `# A first network for table.csv: 40 rows. It tells the two values of kind
# apart.
# Every choice below is a proposal. Hover over a name to learn what it
# means.

name: "table: kind"
# The same seed gives the same run, to the bit.
seed: 42

data:
  file: table.csv
  target: kind
  # Left out of the inputs: id (a different value in every row).
  inputs: [size, colour]
  # The validation part is not learned from: it shows whether the network
  # learned or only memorised.
  split: { train: 0.8, validation: 0.2 }
  # Every part gets the same share of each class.
  stratify: true
  # Columns of different sizes learn badly together: each gets mean 0 and
  # standard deviation 1.
  scale: standard
  # A category that training never saw counts as none of those it knows, so
  # that predictions need not fail.
  unknown: ignore

model:
  layers:
    # Inputs: 3. With so few rows a linear model is hard to beat; l2 keeps
    # its weights small. To try a hidden layer, put one above. One unit
    # whose sigmoid is the probability of the second of the two values.
    - dense: { units: 1, activation: sigmoid, kernel_regularizer: { l2: 0.02 } }

training:
  # The loss for yes or no: how surprised the predicted probability is by
  # the answer.
  loss: binary_crossentropy
  # adam needs little tuning. If the loss jumps about, try a third of this
  # learning rate.
  optimizer: { adam: { learning_rate: 0.01 } }
  # Rows of a step: few where there are few, so that an epoch has enough
  # steps.
  batch_size: 16
  # Passes over the train part.
  epochs: 300
  # Always answering no would be right in 50 % of the rows: accuracy must
  # beat that.
  metrics: [accuracy]
`,
    );
  });

  it('predicts a measured value with a linear unit and the squared error', async () => {
    const csv = table('rooms,area,price', 60, (i) => [i % 5, noise(i), 100_000 + 731 * noise(i)]);
    const text = specFor(csv);
    const spec = await assertSound(text, csv);
    assert.equal(spec.training.loss.name, 'mean_squared_error');
    assert.match(text, /- dense: \{ units: 1, kernel_regularizer/);
    assert.match(text, /The target gets mean 0 and standard deviation 1 for learning;/);
    assert.equal(spec.data.scaleTarget, 'standard');
    assert.deepEqual(
      spec.training.metrics.map(({ name }) => name),
      ['mean_absolute_error', 'root_mean_squared_error', 'r2'],
    );
  });

  it('learns a number of which a few lie far from all others by a loss and a scale that hold them', async () => {
    const prices = (factor: number) =>
      table('area,age,price', 600, (i) => [
        noise(i),
        noise(i + 1000),
        Math.round((i % 150 === 0 ? factor : 1) * (100_000 + 1000 * noise(i))),
      ]);
    const wild = specFor(prices(30), 'price');
    assert.match(wild, /scale_target: robust/);
    assert.match(wild, /loss: huber/);
    assert.match(wild.replace(/\n *# /g, ' '), /The target “price”: 4 numbers lie far from all others, up to/);
    await assertSound(wild, prices(30));
    const usual = specFor(prices(1), 'price');
    assert.match(usual, /scale_target: standard/);
    assert.match(usual, /loss: mean_squared_error/);
  });

  it('takes 0 and 1 for yes and no, and other pairs of numbers for two classes', async () => {
    const zeroOne = table('a,y', 30, (i) => [noise(i), i % 2]);
    assert.equal((await assertSound(specFor(zeroOne), zeroOne)).training.loss.name, 'binary_crossentropy');
    const signs = table('a,y', 30, (i) => [noise(i), i % 2 ? 1 : -1]);
    assert.equal((await assertSound(specFor(signs), signs)).training.loss.name, 'categorical_crossentropy');
  });

  it('takes few whole numbers for classes, and says how to predict an amount instead', async () => {
    const csv = table('a,level', 60, (i) => [noise(i), i % 4]);
    const text = specFor(csv);
    assert.equal((await assertSound(text, csv)).layers.at(-1)?.parameters.units, 4);
    assert.match(text, /end in dense: 1/);
    const counted = table('a,count', 60, (i) => [noise(i), i % 4]);
    assert.equal((await assertSound(specFor(counted, 'count'), counted)).training.loss.name, 'mean_squared_error');
  });

  it('omits identifiers, constants, free text and columns that are mostly empty, and says why', async () => {
    const csv = table('row_id,one,note,rare,size,kind', 40, (i) => [
      i,
      7,
      `note number ${i}`,
      i % 4 ? '' : noise(i),
      noise(i),
      i % 2 ? 'a' : 'b',
    ]);
    const text = specFor(csv);
    const spec = await assertSound(text, csv);
    assert.deepEqual(spec.data.inputs, ['size']);
    const words = text.replace(/\s+#?\s*/g, ' ');
    for (const part of ['row_id (a different value in every row)', 'one (one value only)', 'rare (mostly missing)']) {
      assert.ok(words.includes(part), `${part}\n${words}`);
    }
  });

  it('keeps columns that give the target away where no other input would be left', async () => {
    const csv = table('a,b,kind', 200, (i) => [i % 2, i % 2 ? 7 : 3, i % 2 ? 'p' : 'q']);
    assert.equal((await assertSound(specFor(csv), csv)).data.inputs, undefined);
  });

  it('omits numbers that are too large to compute with, as input and as target', async () => {
    const csv = table('stars,size,kind', 40, (i) => [`${noise(i)}e300`, noise(i), i % 2 ? 'a' : 'b']);
    const text = specFor(csv);
    assert.deepEqual((await assertSound(text, csv)).data.inputs, ['size']);
    assert.ok(text.includes('stars (numbers too large)'), text);
    assert.ok(!names(targetGuesses(factsOf(csv))).includes('stars'));
  });

  it('fills in missing inputs, and says how many rows have no target', async () => {
    const inputs = table('a,b,y', 40, (i) => [i % 7 ? noise(i) : '', i % 2, i % 3 ? 'p' : 'q']);
    assert.equal((await assertSound(specFor(inputs), inputs)).data.missing, 'mean');
    const target = table('a,b,y', 40, (i) => [noise(i), i % 2, i % 7 ? (i % 3 ? 'p' : 'q') : 'NA']);
    const text = specFor(target, 'y');
    assert.equal((await assertSound(text, target)).data.missing, 'error');
    assert.match(text, /6 of 40 rows have no “y”: they are neither learned/);
    const both = table('a,b,y', 40, (i) => [i % 5 ? noise(i) : '', i % 2, i % 7 ? (i % 3 ? 'p' : 'q') : 'NA']);
    const { data } = await assertSound(specFor(both, 'y'), both);
    assert.deepEqual([data.missing, data.inputs], ['mean', undefined]);
  });

  it('reads a column of numbers with some words among them as a category', async () => {
    const csv = table('code,y', 40, (i) => [i % 5 === 4 ? 'x' : i % 5, i % 2 ? 'p' : 'q']);
    const spec = await assertSound(specFor(csv), csv);
    assert.deepEqual(spec.data.types, { code: 'category' });
  });

  it('gives rare classes no weights, which would falsify the probabilities, but metrics that fit them', async () => {
    const csv = table('a,y', 100, (i) => [noise(i), i % 10 ? 'common' : 'rare']);
    const text = specFor(csv);
    const spec = await assertSound(text, csv);
    assert.deepEqual(
      [spec.training.classWeight, spec.training.metrics.map(({ name }) => name)],
      [undefined, ['auc', 'average_precision']],
    );
    assert.doesNotMatch(text, /must beat/);
    assert.match(text.replace(/\n *# /g, ' '), /right in 90 % of the rows, so accuracy .* average precision of 0\.1\./);
  });

  it('names the rarer of two classes as the one to be found, where it is clearly rarer', async () => {
    const positiveFor = async (rare: string, common: string, share: number) => {
      const csv = table('a,b,y', 60, (i) => [noise(i), noise(3 * i), i % share ? common : rare]);
      return (await assertSound(specFor(csv, 'y'), csv)).data.positive;
    };
    assert.equal(await positiveFor('fraud', 'ok', 10), 'fraud');
    assert.equal(await positiveFor('yes', 'no', 5), 'yes');
    assert.equal(await positiveFor('bad', 'ok', 3), undefined);
    assert.equal(await positiveFor('0', '1', 10), '0');
    // The second of 0 and 1 is meant anyway.
    assert.equal(await positiveFor('1', '0', 10), undefined);
  });

  it('learns the logarithm of targets that differ by factors', async () => {
    const scalingFor = async (power: number) => {
      const csv = table('a,b,price', 120, (i) => [noise(i), i % 5, (100 * Math.exp(power * noise(i))).toFixed(1)]);
      const text = specFor(csv, 'price');
      return [(await assertSound(text, csv)).data.scaleTarget, /Nine of ten targets/.test(text)];
    };
    assert.deepEqual(
      [await scalingFor(0.05), await scalingFor(0.01)],
      [
        ['log', true],
        ['standard', false],
      ],
    );
  });

  it('takes codes that name rows for identifiers, also where some rows are copies', () => {
    const codes = (code: (i: number) => string) => table('code,a,y', 60, (i) => [code(i % 57), noise(i), noise(i + 1)]);
    assert.match(
      specFor(
        codes((i) => `M${100000 + i * 37}`),
        'y',
      ),
      /code \(a different value in nearly every row\)/,
    );
    assert.match(
      specFor(
        codes((i) => `ab cd ${'x'.repeat(i)}`),
        'y',
      ),
      /code \(free text\)/,
    );
  });

  it('guesses a class that is usually asked for before a number in the last column', () => {
    const claims = table('a,fraud,paid', 60, (i) => [noise(i), i % 9 ? 'ok' : 'fraud', i % 9 ? 3 * i : 0]);
    assert.equal(names(targetGuesses(factsOf(claims)))[0], 'fraud');
  });

  it('takes a smaller network and a stronger penalty the fewer rows a rare class has, however many there are', async () => {
    const networkFor = async (rows: number, isRare: (i: number) => boolean) => {
      const csv = table('a,b,y', rows, (i) => [noise(i), noise(3 * i), isRare(i) ? 'yes' : 'no']);
      const text = specFor(csv, 'y');
      const { layers } = await assertSound(text, csv);
      const units = layers.slice(0, -1).map(({ parameters }) => parameters.units);
      return { units, l2: Number(/l2: ([\d.]+)/.exec(text)?.[1]), text: text.replace(/\n *# /g, ' ') };
    };
    const rare = await networkFor(2400, (i) => i % 17 === 0);
    assert.deepEqual([rare.units, rare.l2], [[16], 0.004]);
    assert.match(rare.text, /Only 142 rows are of another class than no: a small network and a strong l2/);
    const some = await networkFor(5000, (i) => i % 10 === 0);
    assert.deepEqual([some.units, some.l2], [[32], 0.001]);
    const equal = await networkFor(2400, (i) => i % 3 === 0);
    assert.deepEqual([equal.units, equal.l2], [[64], 0.0002]);
    assert.doesNotMatch(equal.text, /strong l2/);
  });

  it('keeps accuracy where no class has most of the rows', async () => {
    const classes = [...'aaaabbbbbcccd'];
    const csv = table('a,y', 130, (i) => [noise(i), classes[i % classes.length]]);
    const spec = await assertSound(specFor(csv), csv);
    assert.deepEqual(
      spec.training.metrics.map(({ name }) => name),
      ['accuracy'],
    );
  });

  it('keeps no validation part where there are few rows, and a test part where there are many', async () => {
    const few = table('a,b,y', 6, (i) => [noise(i), i % 2, i % 2 ? 'p' : 'q']);
    assert.equal((await assertSound(specFor(few), few)).data.split.validation, 0);
    const many = table('a,b,y', 5000, (i) => [noise(i), i % 2, i % 2 ? 'p' : 'q']);
    assert.equal((await assertSound(specFor(many), many)).data.split.test, 0.1);
  });

  it('stops early, and has a hidden layer, only where the validation part has rows enough to tell', async () => {
    const numbers = (rows: number) => table('a,b,y', rows, (i) => [noise(i), i % 2, i % 3 ? 'p' : 'q']);
    const few = await assertSound(specFor(numbers(50)), numbers(50));
    assert.deepEqual([few.layers.length, few.training.earlyStopping], [1, undefined]);
    const more = await assertSound(specFor(numbers(100)), numbers(100));
    assert.deepEqual([more.layers.length, more.training.earlyStopping?.monitor], [2, 'val_loss']);
  });

  it('takes two hundred words for categories where each has many rows, and for text where they have few', async () => {
    const shops = table('shop,a,y', 5000, (i) => [`s${i % 200}`, noise(i), noise(i + 1)]);
    assert.match(specFor(shops, 'y'), /Inputs: 201\./);
    const notes = table('note,a,y', 2000, (i) => [`n${i % 200}`, noise(i), noise(i + 1)]);
    assert.match(specFor(notes, 'y'), /note \(free text\)/);
  });

  it('splits rows in the order of their dates by time', async () => {
    const day = (i: number) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
    const numbers = (days: number) => table('day,a,y', 120, (i) => [day(days * i), noise(i), noise(i + 1)]);
    const trend = await assertSound(specFor(numbers(4), 'y'), numbers(4));
    assert.deepEqual(trend.data.split.by, { kind: 'time' });
    // Over less than a year a season looks like a trend.
    const season = await assertSound(specFor(numbers(1), 'y'), numbers(1));
    assert.deepEqual(season.data.split.by, { kind: 'time', column: 'day' });
    assert.match(specFor(numbers(1), 'y').replace(/\n *# /g, ' '), /day itself is no input: what comes later/);
    const classes = table('day,a,y', 120, (i) => [day(i), noise(i), i % 3 ? 'p' : 'q']);
    const text = specFor(classes, 'y');
    assert.match(text, /by: \{ time: day \}/);
    assert.match(text, /Inputs: 1\./);
    assert.equal((await assertSound(text, classes)).data.stratify, false);
    const mixed = table('day,a,y', 120, (i) => [day((i * 7) % 120), noise(i), i % 3 ? 'p' : 'q']);
    assert.doesNotMatch(specFor(mixed, 'y'), /by:/);
  });

  it('scales grey levels by their range', async () => {
    const header = [...Array.from({ length: 16 }, (_, pixel) => `p${pixel}`), 'label'].join(',');
    const csv = table(header, 40, (i) =>
      [...Array.from({ length: 16 }, (_, p) => ((i + 3) * (p + 1) * 31) % 256), i % 2 ? 'a' : 'b'].map((v, p) =>
        p === i % 16 ? 0 : v,
      ),
    );
    assert.equal((await assertSound(specFor(csv), csv)).data.scale, 'minmax');
  });

  it('copes with odd names in the header', async () => {
    const csv = table('"a: b","#1","true","키, 몸무게","- x","“q”",y', 30, (i) => [
      noise(i),
      i % 2,
      noise(i + 1),
      noise(i + 2),
      i % 3,
      noise(i + 3),
      i % 2 ? 'p' : 'q',
    ]);
    await assertSound(specFor(csv), csv);
    const idAndOdd = table('id,"a: b","[1]","* k",y', 30, (i) => [
      i,
      noise(i),
      noise(i + 1),
      noise(i + 2),
      i % 2 ? 'p' : 'q',
    ]);
    const spec = await assertSound(specFor(idAndOdd), idAndOdd);
    assert.deepEqual(spec.data.inputs, ['a: b', '[1]', '* k']);
  });

  it('escapes characters in names that YAML does not allow', async () => {
    const csv = table('\x7f,id\x9b,\uffff,y', 30, (i) => [noise(i), i, noise(i + 1), i % 2 ? 'p' : 'q']);
    const spec = await assertSound(specFor(csv), csv);
    assert.deepEqual(spec.data.inputs, ['\x7f', '\uffff']);
  });

  it('has nothing to propose where one column stands alone, or where nothing varies', () => {
    assert.deepEqual(targetGuesses(factsOf('y\n1\n2\n3\n')), []);
    assert.deepEqual(targetGuesses(factsOf('a,b\n1,2\n1,2\n')), []);
    assert.ok('problems' in profileTable(new Uint8Array(), 'empty.csv'));
  });

  it('writes a spec without an error for any target of any table', async () => {
    const cell = {
      number: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => String(n / 1000)),
      whole: fc.integer({ min: 0, max: 6 }).map(String),
      word: fc.constantFrom('red', 'green', 'blue, dark', 'a "b"', '한국어', 'true', '~'),
      yesNo: fc.constantFrom('yes', 'no'),
      bit: fc.constantFrom('0', '1'),
      mixed: fc.constantFrom('1', '2', 'x', '3.5'),
      gap: fc.constantFrom('', '1', '2', 'NA'),
      same: fc.constant('5'),
    };
    const kind = fc.constantFrom(...(Object.keys(cell) as (keyof typeof cell)[]));
    const name = fc.constantFrom(
      'a',
      'id',
      'y',
      'class',
      'x: y',
      '# no',
      'price',
      '키',
      'null',
      '2024',
      "it's",
      '- dash',
      'a{b}',
    );
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const tables = fc
      .uniqueArray(fc.tuple(name, kind), { minLength: 2, maxLength: 6, selector: ([each]) => each })
      .chain((columns) =>
        fc
          .array(fc.tuple(...columns.map(([, each]) => cell[each])), { minLength: 3, maxLength: 60 })
          .map((rows) => [columns.map(([each]) => each), ...rows].map((row) => row.map(quoted).join(',')).join('\n')),
      );
    await fc.assert(
      fc.asyncProperty(tables, async (csv) => {
        const facts = factsOf(`${csv}\n`);
        for (const guess of targetGuesses(facts)) {
          await assertSound(newSpecFor(facts, 'table.csv', guess, []).text, `${csv}\n`);
        }
      }),
      { numRuns: rounds(200) },
    );
  }).timeout(60_000);
});
