import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { noise } from '../data/view/support';
import { specFor } from '../language/newSpec/shapes';
import { nnspec, Workspace } from './harness';

describe('nnspec new', () => {
  const workspace = new Workspace();
  const iris = readFileSync('media/data/iris.csv', 'utf8');
  const run = (...argv: string[]) => nnspec(argv, { cwd: workspace.folder });
  before(async () => {
    await workspace.write('iris.csv', iris);
    await workspace.write('data/iris.csv.gz', gzipSync(iris));
  });
  after(() => workspace.dispose());

  it('prints what New Spec from CSV writes', async () => {
    const { status, out, err } = await run('new', 'iris.csv');
    assert.deepEqual([status, err], [0, '']);
    assert.equal(out, specFor(iris, undefined, 'iris.csv'));
  });

  it('says which targets lie far from all others, and trains on them without a warning', async () => {
    const [area, error] = [noise(400, 1), noise(400, 2)];
    const prices = area.map((a, i) =>
      Math.round((i % 200 === 7 ? 1000 : 1) * (50_000 + 200_000 * a + 9000 * error[i])),
    );
    await workspace.write('houses.csv', `area,price\n${area.map((a, i) => `${a},${prices[i]}`).join('\n')}\n`);
    const { err } = await run('new', 'houses.csv', '--target', 'price', '--out', 'houses.nnspec');
    assert.match(err, /^houses\.csv: The target “price”: 2 numbers lie far from all others, .* loss: huber and /);
    const checked = await run('check', 'houses.nnspec');
    assert.deepEqual([checked.status, checked.out.includes('wild-target')], [0, false]);
    const squared = readFileSync(join(workspace.folder, 'houses.nnspec'), 'utf8').replace(
      'huber',
      'mean_squared_error',
    );
    await workspace.write('squared.nnspec', squared);
    assert.match((await run('check', 'squared.nnspec')).out, /warning: The target “price”: .*\[wild-target\]/);
  });

  it('writes a spec beside or away from its data, which trains; and never over a file', async () => {
    const { status, out } = await run('new', 'data/iris.csv.gz', '--out', 'specs.nnspec');
    assert.deepEqual([status, out], [0, '']);
    await workspace.write('sub/.keep', '');
    assert.equal((await run('new', 'data/iris.csv.gz', '--out', 'sub/deep.nnspec')).status, 0);
    const written = (name: string) => readFileSync(join(workspace.folder, name), 'utf8');
    assert.match(written('specs.nnspec'), /^ {2}file: data\/iris\.csv\.gz$/m);
    assert.match(written('sub/deep.nnspec'), /^ {2}file: \.\.\/data\/iris\.csv\.gz$/m);
    assert.equal((await run('train', 'sub/deep.nnspec', '--epochs', '1')).status, 0);
    await workspace.write('mine.nnspec', 'my own work');
    for (const path of ['mine.nnspec', 'sub']) {
      const again = await run('new', 'iris.csv', '--out', path);
      assert.equal(again.status, 1);
      assert.match(again.err, /is there already/);
    }
    assert.equal(written('mine.nnspec'), 'my own work');
  });

  it('says which texts keep a column of numbers from being one, and what to write', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => i);
    const texts = (text: string) => rows.map((i) => (i % 8 === 3 ? text : String(((i * 37) % 211) / 100)));
    const write = (name: string, text: string) => {
      const lines = texts(text).map((value, i) => `${(i * 7) % 31},${value},${(i * 13) % 97}`);
      return workspace.write(name, `a,level,y\n${lines.join('\n')}\n`);
    };
    await write('usual.csv', 'n.d.');
    await write('other.csv', 'clotted');
    const usual = await run('new', 'usual.csv', '--target', 'y');
    assert.match(usual.out, /na_values: \[?n\.d\./);
    assert.match(usual.err, /“level”: 87\.5 % numbers; read as missing: “n\.d\.” \(12\.5 %\)/);
    const other = await run('new', 'other.csv', '--target', 'y');
    const told =
      /“level”: 87\.5 % of the cells are numbers, the others are “clotted” \(12\.5 %\)\. .* write na_values: \["clotted"\] under data/;
    assert.match(other.err, told);
    assert.match(other.err, /level is no input: text among the numbers/);
    // A category of 0, 1 and 2, unless the text is no fourth one.
    const accidents = rows.map((i) => `${i % 15 === 3 ? 'hearsay' : i % 3},${(i * 7) % 31},${(i * 13) % 97}`);
    await workspace.write('accidents.csv', `accidents,a,y\n${accidents.join('\n')}\n`);
    const category = await run('new', 'accidents.csv', '--target', 'y');
    assert.match(category.out, /types: \{ accidents: category \}/);
    assert.match(
      category.err,
      /“accidents”: 93\.2 % of the cells are numbers.*write na_values: \["hearsay"\] under data/,
    );
    const refused = await run('new', 'other.csv', '--target', 'level');
    assert.equal(refused.status, 1);
    assert.match(refused.err, told);
  });

  it('predicts the column that --target names', async () => {
    const { out } = await run('new', 'iris.csv', '--target', 'petal_width');
    assert.match(out, /^ {2}target: petal_width$/m);
  });

  it('gives its choices and their reasons as one object', async () => {
    const { lines, status } = await run('new', 'iris.csv', '--json');
    assert.deepEqual([status, lines.length], [0, 1]);
    const { event, rows, target, task, choices, spec } = lines[0] as Record<string, never>;
    assert.deepEqual([event, rows, spec], ['new', 150, specFor(iris, undefined, 'iris.csv')]);
    assert.equal((target as { column: string }).column, 'species');
    assert.equal((task as { kind: string }).kind, 'classes');
    const found = choices as { key: string; value: string; reason?: string }[];
    const loss = found.find(({ key }) => key === 'training.loss');
    assert.equal(loss?.value, 'categorical_crossentropy');
    assert.match(loss?.reason ?? '', /one class out of several/);
    const untold = found.filter(({ reason }) => !reason).map(({ key }) => key);
    assert.deepEqual(new Set(untold), new Set(['data.file', 'data.target']));
  });

  it('leaves out a column that gives the target away, and says so; check and train warn of it', async () => {
    const [a, b, kind] = [1, 2, 3].map((seed) => noise(300, seed));
    const csv = kind.map((each, i) => {
      const group = Math.floor(5 * each);
      return `${a[i]},${b[i]},${100 * group + (i % 2)},${'pqrst'[group]}`;
    });
    await workspace.write('goods.csv', `a,b,code,kind\n${csv.join('\n')}\n`);
    const { status, out, err } = await run('new', 'goods.csv');
    assert.equal(status, 0);
    assert.match(
      err,
      /^goods\.csv: code is no input\. From “code” alone, 100 % of .* If it is, add code to inputs\.\n$/,
    );
    const words = out.replace(/\n *# /g, ' ');
    assert.match(words, /code \(gives the target away\)\. From “code” alone, 100 % .* If it is, add code to inputs\./);
    assert.match(out, /^ {2}inputs: \[a, b\]$/m);
    const { lines } = await run('new', 'goods.csv', '--json');
    const [left, ...others] = (lines[0] as { left_out: { column: string; code: string }[] }).left_out;
    assert.deepEqual([left.column, left.code, others.length], ['code', 'gives-away', 0]);
    await workspace.write('goods.nnspec', out.replace('inputs: [a, b]', 'inputs: [a, b, code]'));
    for (const command of [['check'], ['train', '--epochs', '1']]) {
      const warned = await run(...command, 'goods.nnspec');
      assert.equal(warned.status, 0);
      assert.match(warned.err + warned.out, /warning.*From “code” alone, 100 % of the rows/);
    }
    await workspace.write('goods.nnspec', out);
    assert.doesNotMatch((await run('check', 'goods.nnspec')).out, /From “code”/);
  });

  it('says what is wrong, and writes nothing', async () => {
    await workspace.write('flat.csv', 'a,b\n1,2\n1,2\n');
    await workspace.write('ragged.csv', 'a,b\n1,2\n1\n');
    const wrong: readonly (readonly [argv: readonly string[], status: number, message: RegExp])[] = [
      [['none.csv'], 1, /none\.csv: there is no such file/],
      [['flat.csv'], 1, /flat\.csv has no column that could be predicted/],
      [['ragged.csv'], 1, /ragged\.csv:3:/],
      [['iris.csv', '--target', 'spcies'], 1, /has no column “spcies”. Did you mean “species”/],
      [['iris.csv', '--target', 'colour'], 1, /Its columns: sepal_length,/],
      [['iris.csv', '--out', 'nowhere/a.nnspec'], 1, /nowhere\/a\.nnspec: there is no such/],
      [[], 2, /Give one data file/],
      [['iris.csv', 'iris.csv'], 2, /Give one data file/],
    ];
    for (const [argv, status, message] of wrong) {
      const found = await run('new', '--out', 'x.nnspec', ...argv);
      assert.equal(found.status, status, argv.join(' '));
      assert.match(found.err, message);
      assert.equal(existsSync(join(workspace.folder, 'x.nnspec')), false);
    }
    await workspace.write('one.csv', 'same,a,b\n1,2,3\n1,4,5\n1,6,7\n');
    assert.match(
      (await run('new', 'one.csv', '--target', 'same')).err,
      /“same” cannot be predicted. These can: b, a\./,
    );
  });
});

describe('nnspec new of tables as people have them', () => {
  const workspace = new Workspace();
  const run = (...argv: string[]) => nnspec(argv, { cwd: workspace.folder });
  const [age, mood, luck] = [4, 5, 6].map((seed) => noise(300, seed));
  const job = (i: number) => (i % 25 === 4 ? 'NURSE' : i % 40 === 7 ? 'unknown' : ['nurse', 'cook', 'pilot'][i % 3]);
  const people = age.map((each, i) => {
    const cells = i % 50 === 0 ? '?' : i % 75 === 1 ? 'unknown' : Math.round(80 * each);
    return { id: `P-${i}`, age: cells, mood: Number(mood[i].toFixed(3)), job: job(i), left: each + luck[i] > 1 };
  });
  const csv = (rows: typeof people) =>
    `id,age,mood,job,left\n${rows.map((row) => `${Object.values(row).join(',')}\n`).join('')}`;
  before(async () => {
    await workspace.write('people.csv', csv(people));
    await workspace.write('hold.csv', csv(people.slice(40, 90)));
    const lines = people.map(({ age: a, mood: m, left }) => JSON.stringify({ a, meta: { m }, m, left }));
    await workspace.write('people.jsonl.gz', gzipSync(`${lines.join('\n')}\n`));
  });
  after(() => workspace.dispose());

  it('reads marks among numbers as missing, and says so, as of spellings and columns left aside', async () => {
    const { status, out, err } = await run('new', 'people.csv');
    assert.equal(status, 0);
    assert.match(out, /^ {2}na_values: \["\?", unknown\]$/m);
    assert.match(out, /^ {2}inputs: \[age, mood, job\]$/m);
    const words = out.replace(/\n *# /g, ' ');
    assert.match(words, /“age”: 96\.6 % numbers; read as missing: “\?” \(2 %\), “unknown” \(1\.3 %\)\. “job”, a cat/);
    assert.deepEqual(err.split('\n'), [
      'people.csv: “age”: 96.6 % numbers; read as missing: “?” (2 %), “unknown” (1.3 %).',
      'people.csv: “job”, a category: read as missing, too: “unknown” (2.7 %).',
      'people.csv: “job”: 2 spellings of “nurse” (“NURSE”). Each is a category of its own.',
      'people.csv: id is no input: a different value in every row.',
      '',
    ]);
  });

  it('writes a spec that trains, and whose network predicts and is evaluated with the same marks', async () => {
    assert.equal((await run('new', 'people.csv', '--out', 'a.nnspec')).status, 0);
    const trained = await run('train', 'a.nnspec', '--epochs', '2', '--save', 'a.safetensors');
    assert.equal(trained.status, 0, trained.err);
    const evaluated = await run('evaluate', 'a.safetensors', 'hold.csv');
    assert.equal(evaluated.status, 0, evaluated.err);
    const predicted = await run('predict', 'a.safetensors', 'hold.csv', '--keep-columns');
    assert.equal(predicted.status, 0, predicted.err);
    assert.equal(predicted.out.trim().split('\n').length, 51);
  });

  it('tells a mark that training did not know once, with the number of its cells', async () => {
    const rows = people.slice(40, 90).map((row, i) => ({ ...row, age: i % 5 === 0 ? '—' : row.age }));
    await workspace.write('other.csv', csv(rows));
    const { status, err } = await run('predict', 'a.safetensors', 'other.csv');
    assert.equal(status, 1);
    assert.match(err, /Line 2, .*this text: 10\. If it means .* train with it under na_values\./);
    assert.equal(err.trim().split('\n').length, 1);
  });

  it('keeps a category with a word among few numbers, however often the word stands', async () => {
    const rows = people.map(({ age: a, left }, i) => `${i % 4 === 3 ? 'other' : i % 4},${a === '?' ? 0 : i},${left}`);
    await workspace.write('grades.csv', `grade,age,left\n${rows.join('\n')}\n`);
    const { out, err } = await run('new', 'grades.csv');
    assert.match(out, /^ {2}types: \{ grade: category \}$/m);
    assert.doesNotMatch(err + out, /na_values/);
  });

  it('says which keys of JSON Lines are passed over, and names the spec without the endings', async () => {
    const { status, out, err } = await run('new', 'people.jsonl.gz');
    assert.equal(status, 0);
    assert.match(out, /^name: "people: left"$/m);
    assert.match(err, /^people\.jsonl\.gz: “meta” holds a list or an object in line 1, so it is no column\./);
  });
});
