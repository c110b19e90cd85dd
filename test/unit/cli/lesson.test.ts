import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parseLesson } from '../../../src/lessons/lesson';
import { nnspec, Workspace, xor } from './harness';

const fenced = (info: string, body: string) => `\`\`\`${info}\n${body.trimEnd()}\n\`\`\`\n\n`;
const shipped = readdirSync('lessons/en').map((name) => `lessons/en/${name}`);

describe('nnspec lesson', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.dispose());

  /** Checks one lesson of this text. */
  async function check(text: string, ...options: string[]) {
    await workspace.write('a.nnlesson', text);
    return nnspec(['lesson', 'a.nnlesson', ...options], { cwd: workspace.folder });
  }

  it('says in one line that all of a lesson holds', async () => {
    const question = (answer: string) => fenced('question', `id: q${answer.length}\nask: What?\n${answer}`);
    const text = [
      fenced('compute', 'a: [1, 2]\nb: a @ a'),
      fenced('nnspec name=x', `${xor}expect: [loss < 1]`),
      fenced('compare', 'cells: [x]\nvary: { seed: [1, 2] }'),
      fenced('walk', 'cell: x\nsample: 4'),
      question('number: b + 1\nwrong: { 5: No. }'),
      question('expect: loss < 2\nof: x'),
      question('number: round(loss, 2)\nof: x'),
    ].join('');
    const { status, out, err } = await check(text);
    assert.deepEqual([status, out, err], [0, 'a.nnlesson: all holds (3 runs, 3 questions).\n', '']);
  });

  it('measures and compares what questions ask for, and judges what is expected of it', async () => {
    const deep = xor.replace('layers:', 'layers:\n    - dense: { units: 4, activation: tanh }');
    const text = (bound: number) =>
      [
        fenced('nnspec name=x', deep),
        fenced('measure name=g', `what: gradients\ncell: x\nexpect: [tanh < ${bound}, tanh_loss > 0]`),
        fenced('measure name=t', 'what: truth_tables\nexpect: [learned == 14]'),
        fenced('compare name=c', 'cells: [x]\nvary: { seed: [1, 2] }\nexpect: [loss_2 > 0, diverged_1 == 0]'),
        fenced('question', 'id: a\nask: What?\nnumber: learned\nof: t'),
        fenced('question', 'id: b\nask: What?\nnumber: round(tanh, 2)\nof: g'),
        fenced('question', 'id: c\nask: What?\nnumber: loss_2\nof: c'),
      ].join('');
    const { status, out, err } = await check(text(100));
    assert.deepEqual([status, out, err], [0, 'a.nnlesson: all holds (3 runs, 3 questions).\n', '']);
    const wrong = await check(text(1e-9));
    assert.match(wrong.out, /^a\.nnlesson:14:1: Not met: tanh < 1e-9 \(it is /);
    assert.equal(wrong.status, 1);
  });

  it('trains the solution of a question, which the cell must not meet as it stands', async () => {
    const question = (expect: string) =>
      fenced('nnspec name=x', xor) +
      fenced('question', `id: a\nask: What?\nof: x\nexpect: ${expect}\nsolution: { training.epochs: 300 }`);
    assert.equal((await check(question('loss < 0.2'))).status, 0);
    assert.match((await check(question('loss < 0'))).out, /: Not met: loss < 0 \(it is 0\.0/);
    assert.match((await check(question('loss < 9'))).out, /: The cell meets it as it stands/);
  });

  it('names what does not hold in its line, and ends with 1', async () => {
    const text = [
      fenced('nnspec name=x', `${xor}expect: [accuracy > 1]`),
      fenced('walk', 'cell: x\nsample: 5'),
      fenced('question', 'id: a\nask: What?\nexpect: loss < 0\nof: x'),
      fenced('question', 'id: b\nask: What?\nnumber: 2\nwrong: { 2: No. }'),
    ].join('');
    const { status, out } = await check(text);
    assert.equal(status, 1);
    assert.match(out, /^a\.nnlesson:2:1: Not met: accuracy > 1 \(it is /m);
    assert.match(out, /^a\.nnlesson:14:1: There are 4 samples, so none has the number 5\.$/m);
    assert.match(out, /^a\.nnlesson:19:1: Not met: loss < 0 \(it is /m);
    assert.match(out, /^a\.nnlesson:26:1: 2 counts as wrong, but it is the answer\.$/m);
    assert.match(out, /not all holds \(1 run, 2 questions\)\.\n$/);
  });

  it('places problems of cells and of their data in the lesson', async () => {
    const { status, err } = await check(`# A\n\n${fenced('nnspec', xor.replace('tanh', 'tahn'))}`);
    assert.equal(status, 1);
    assert.match(err, /^a\.nnlesson:9:38: error: .*\[unknown-name\]\n$/);
    const missing = await check(`# A\n\n${fenced('nnspec', xor.replace('source: xor', 'file: no.csv, target: t'))}`);
    assert.equal(missing.status, 1);
    assert.match(missing.out, /^(?:a\.nnlesson:6:\d+|no\.csv:1:1): .*no\.csv/m);
  });

  it('lets a run of a comparison diverge, but not a cell', async () => {
    const wild = xor
      .replace('source: xor', 'columns: [x, t], rows: [[1, 1], [2, 3]], target: t')
      .replace(/model:[\s\S]*(?=training)/, 'model: { layers: [dense: 1] }\n');
    const rates = 'cells: [x]\nvary: { training.optimizer.sgd.learning_rate: [0.1, 9] }';
    const text = (spec: string) => fenced('nnspec name=x', spec) + fenced('compare', rates);
    const long = wild.replace('epochs: 3', 'epochs: 500');
    assert.equal((await check(text(long.replace('sgd: 0.5', 'sgd: 0.1')))).status, 0);
    const { status, out } = await check(text(long.replace('sgd: 0.5', 'sgd: 9')));
    assert.equal(status, 1);
    assert.match(out, /^a\.nnlesson:2:1: /);
  });

  it('prints one object a block with --json, and one for the lesson', async () => {
    const { lines, status } = await check(
      `---\ntitle: T\n---\n${fenced('compute', 'a: 1')}${fenced('nnspec', xor)}`,
      '--json',
    );
    assert.equal(status, 0);
    assert.deepEqual(lines[0], {
      event: 'compute',
      file: 'a.nnlesson',
      line: 5,
      ok: true,
      values: { a: 1 },
      faults: [],
    });
    assert.deepEqual(Object.keys(lines[1]), [
      'event',
      'file',
      'line',
      'ok',
      'name',
      'reason',
      'final',
      'expect',
      'faults',
    ]);
    assert.deepEqual(lines[2], { event: 'lesson', file: 'a.nnlesson', title: 'T', ok: true, blocks: 2 });
  });

  it('ends with 2 without a file, or where one cannot be read', async () => {
    assert.equal((await nnspec(['lesson'], { cwd: workspace.folder })).status, 2);
    const { status, err } = await nnspec(['lesson', 'none.nnlesson'], { cwd: workspace.folder });
    assert.equal(status, 2);
    assert.match(err, /none\.nnlesson/);
    await workspace.write('latin.nnlesson', Buffer.from([0x23, 0xe9]));
    assert.equal((await nnspec(['lesson', 'latin.nnlesson'], { cwd: workspace.folder })).status, 2);
  });

  it('ends with 130 when interrupted', async () => {
    await workspace.write(
      'a.nnlesson',
      fenced('compute', 'a: 1') + fenced('nnspec', xor.replace('epochs: 3', 'epochs: 100000000')),
    );
    const { status } = await nnspec(['lesson', 'a.nnlesson', '--json'], {
      cwd: workspace.folder,
      interruptAfter: 'compute',
      onTurn: (interrupt) => interrupt(),
    });
    assert.equal(status, 130);
  });
});

describe('The shipped lessons', () => {
  for (const path of shipped) {
    it(`${path} holds`, async () => {
      const { status, out, err } = await nnspec(['lesson', path], { cwd: process.cwd() });
      assert.deepEqual([status, err], [0, ''], out + err);
    });
  }

  it('are the same in both languages but for their words', () => {
    const hangul = /[\uAC00-\uD7A3]/;
    assert.deepEqual(readdirSync('lessons/ko'), readdirSync('lessons/en'));
    for (const path of shipped) {
      const [english, korean] = [path, path.replace('/en/', '/ko/')].map((each) => {
        const text = readFileSync(each, 'utf8');
        assert.equal(hangul.test(text), each.includes('/ko/'), each);
        const { front, blocks, problems } = parseLesson(text, each);
        assert.equal(front.language, each.includes('/ko/') ? 'ko' : 'en');
        assert.deepEqual(
          problems.filter(({ severity }) => severity === 'error'),
          [],
          each,
        );
        const sources = blocks.filter(({ kind }) => kind !== 'question').map(({ kind, text: body }) => [kind, body]);
        const questions = blocks.flatMap(({ content }) => (content?.kind === 'question' ? [content] : []));
        const answers = questions.map(({ id, answer, wrong }) => [
          id.name,
          answer.kind === 'choice' ? answer.right : answer,
          [...wrong.keys()],
        ]);
        return { order: front.order, sources, answers };
      });
      assert.deepEqual(korean, english, path);
    }
  });
});
