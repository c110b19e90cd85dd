import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeAnswers } from '../../../src/lessons/encodedAnswers';
import { type Lesson, parseLesson } from '../../../src/lessons/lesson';

const fenced = (info: string, body: string) => `\`\`\`${info}\n${body}\n\`\`\`\n`;

const xor = `data: { source: xor }
model: { layers: [dense: { units: 2, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { epochs: 10 }`;

const sound = `---
title: A lesson
language: en
order: 3
minutes: 8
---

# Text

${fenced('nnspec name=deep', xor)}
${fenced('plot', 'functions: [sigmoid, { leaky_relu: 0.2 }, "x*exp(-x^2)", x]\nderivative: true\nsliders: { leaky_relu: [0, 0.5] }')}
${fenced('compute', 'W1: [[1, 2],\n     [0, 1]]   # rows\nW2: [[2, 0]]\n\n# a comment\nW: W2 @ W1')}
${fenced('compare', 'cells: [deep]\nvary: { model.layers.0.dense.activation: [sigmoid, tanh, relu] }')}
${fenced('walk', 'cell: deep\nsample: 2\nedit: [weights, inputs]')}
${fenced('question', 'id: w\nask: What is the second number of W?\nnumber: sum(W) - 2\nhint: Multiply.\nwrong: { 2: That is the first. }')}
${fenced('question', 'id: c\nask: Which?\nchoices: [1, 2, none]\nanswer: 1')}
${fenced('question', 'id: e\nask: Make it learn.\nexpect: accuracy >= 0.5\nof: deep')}`;

/** Each problem as its code and the text that it marks. */
function marks(text: string): string[] {
  const lines = text.split('\n');
  return parseLesson(text, 'a.nnlesson').problems.map(({ code, range: { start, end } }) => {
    const last = start.line === end.line ? end.character : undefined;
    return `${code}: ${lines[start.line].slice(start.character, last)}`;
  });
}

function contents(lesson: Lesson) {
  return lesson.blocks.map(({ content }) => content);
}

describe('A lesson', () => {
  it('is front matter and blocks as plain data', () => {
    const lesson = parseLesson(sound, 'a.nnlesson');
    assert.deepEqual(lesson.problems, []);
    assert.deepEqual(lesson.front, { title: 'A lesson', language: 'en', order: 3, minutes: 8 });
    const [cell, plot, compute, compare, walk, number, choice, expect] = contents(lesson);
    assert.ok(cell?.kind === 'nnspec' && cell.name === 'deep' && cell.parsed.spec);
    assert.deepEqual(plot, {
      kind: 'plot',
      functions: [
        { name: 'sigmoid', parameters: {} },
        { name: 'leaky_relu', parameters: { negative_slope: 0.2 } },
        { name: 'custom', parameters: { formula: 'x*exp(-x^2)' } },
        { name: 'custom', parameters: { formula: 'x' } },
      ],
      range: [-5, 5],
      derivative: true,
      sliders: { leaky_relu: [0, 0.5] },
    });
    assert.ok(compute?.kind === 'compute');
    assert.deepEqual(
      compute.lines.map(({ name, value }) => [name, value]),
      [
        [
          'W1',
          [
            [1, 2],
            [0, 1],
          ],
        ],
        ['W2', [[2, 0]]],
        ['W', [[2, 4]]],
      ],
    );
    assert.ok(compare?.kind === 'compare' && compare.vary[0].values.length === 3);
    assert.ok(walk?.kind === 'walk' && walk.sample === 2 && walk.edit.length === 2);
    assert.ok(
      number?.kind === 'question' && number.answer.kind === 'number' && number.wrong.get(2) === 'That is the first.',
    );
    assert.ok(choice?.kind === 'question' && choice.answer.kind === 'choice' && choice.answer.right === 1);
    assert.ok(expect?.kind === 'question' && expect.answer.kind === 'expect' && expect.of?.name === 'deep');
  });

  it('with encoded answers is the same lesson, and its answers do not meet the eye', () => {
    const encoded = encodeAnswers(sound);
    const about = (text: string) => contents(parseLesson(text, 'a.nnlesson')).flatMap(questionOf);
    const questionOf = (content: ReturnType<typeof contents>[number]) => {
      const { id, of, ...rest } = content?.kind === 'question' ? content : {};
      return id ? [{ ...rest, id: id.name, of: of?.name }] : [];
    };
    assert.equal(about(sound).length, 3);
    assert.deepEqual(about(encoded), about(sound));
    assert.deepEqual(marks(encoded), []);
    assert.match(encoded, /^ask: What is the second number of W\?\nencoded: [A-Za-z0-9+/=]+$/m);
    assert.doesNotMatch(encoded, /Multiply|That is the first/);
    assert.match(encoded, /^choices: \[1, 2, none\]$/m);
    const torn = encoded.replace(/(?<=^encoded: ....)./m, '~');
    assert.match(marks(torn).join(), /^bad-question: ....~\S+$/);
  });

  const broken: readonly [what: string, text: string, found: readonly string[]][] = [
    ['an unknown key of the front matter', '---\ntitel: A\n---\n', ['unknown-key: titel']],
    ['front matter without an end', '---\ntitle: A\n', ['unclosed-block: ---']],
    ['a misspelt block', fenced('quesiton', 'id: a'), ['unknown-block: quesiton']],
    ['no other code', fenced('python', 'x = 1') + fenced('js', ''), []],
    ['a block without an end', '# A\n~~~compute\na: 1', ['unclosed-block: compute']],
    ['words behind a fence', fenced('nnspec deep', xor), ['unknown-key: deep']],
    ['no name of a measurement', fenced('measure name=a', 'what: truth_tables\nexpect: [xor < 4]'), []],
    ['a measurement of nothing', fenced('measure', 'what: gradients'), ['missing-value: gradients']],
    [
      'a value that is not measured',
      fenced('measure', 'what: truth_tables\nexpect: [learned == 14, xnr < 4]'),
      ['unknown-key: xnr'],
    ],
    [
      'a solution that is no setting',
      fenced('nnspec name=a', xor) +
        fenced('question', 'id: q\nask: b\nof: a\nexpect: loss < 1\nsolution: { sed: 1 }') +
        fenced('question', 'id: r\nask: b\nof: a\nexpect: loss < 1\nsolution: { seed: [1, 2] }'),
      ['unknown-key: sed', 'bad-question: seed'],
    ],
    [
      'a run of a measurement',
      fenced('measure name=a', 'what: truth_tables') + fenced('question', 'id: q\nask: b\nof: a\nexpect: loss < 1'),
      ['bad-question: a'],
    ],
    ['words behind another fence', fenced('plot name=a', 'functions: [relu]'), ['unknown-key: name=a']],
    ['a bad name', fenced('nnspec name=1a', xor), ['bad-name: 1a']],
    ['a name that is taken', fenced('nnspec name=a', xor) + fenced('nnspec name=a', xor), ['duplicate-name: a']],
    ['a spec, in its line', `# A\n\n${fenced('nnspec', xor.replace('tanh', 'tahn'))}`, ['unknown-name: tahn']],
    ['a sweep', fenced('nnspec', `${xor}\nsweep: { values: { seed: [1, 2] } }`), ['conflict: sweep']],
    ['an unknown function', fenced('plot', 'functions: [sigmod]'), ['unknown-name: sigmod']],
    ['a formula', fenced('plot', 'functions: ["x*y"]'), ['custom-formula: y']],
    ['a range', fenced('plot', 'functions: [relu]\nrange: [5, -5]'), ['conflict: [5, -5]']],
    [
      'a slider of nothing',
      fenced('plot', 'functions: [relu]\nsliders: { relu: [0, 1], elu: [0, 1] }'),
      ['unknown-key: relu', 'unknown-key: elu'],
    ],
    ['a name of the language', fenced('compute', 'sigmoid: 1'), ['bad-name: sigmoid']],
    ['a name used twice', fenced('compute', 'a: 1\na: 2'), ['duplicate-name: a']],
    ['an unknown name', fenced('compute', 'a: 1\nb: a + c'), ['bad-expression: c']],
    ['a line without a colon', fenced('compute', 'a: 1\nb = 2'), ['bad-expression: b = 2']],
    ['a line without a value', fenced('compute', 'a:'), ['bad-expression: a']],
    ['a comparison of nothing', fenced('compare', 'cells: [deep]'), ['unknown-cell: deep']],
    [
      'a path',
      fenced('nnspec name=a', xor) + fenced('compare', 'cells: [a]\nvary: { seeds: [1] }'),
      ['unknown-key: seeds'],
    ],
    [
      'a value',
      fenced('nnspec name=a', xor) + fenced('compare', 'cells: [a]\nvary: { training.epochs: [1, ten] }'),
      ['conflict: ten'],
    ],
    ['a sample', fenced('nnspec name=a', xor) + fenced('walk', 'cell: a\nsample: 0'), ['out-of-range: 0']],
    ['no answer', fenced('question', 'id: a\nask: b'), ['bad-question: id']],
    ['two answers', fenced('question', 'id: a\nask: b\nnumber: 1\nexpect: loss < 1'), ['bad-question: expect']],
    ['no right choice', fenced('question', 'id: a\nask: b\nchoices: [1, 2]'), ['bad-question: choices']],
    ['a choice too far', fenced('question', 'id: a\nask: b\nchoices: [1, 2]\nanswer: 2'), ['bad-question: answer']],
    [
      'a wrong answer that is right',
      fenced('question', 'id: a\nask: b\nchoices: [1, 2]\nanswer: 1\nwrong: { 1: no }'),
      ['bad-question: 1'],
    ],
    ['an answer that is no number', fenced('question', 'id: a\nask: b\nnumber: "[1] + x"'), ['bad-expression: x']],
    ['a run without a cell', fenced('question', 'id: a\nask: b\nexpect: loss < 1'), ['bad-question: expect']],
    ['an id that is taken', fenced('question', 'id: a\nask: b\nnumber: 1').repeat(2), ['duplicate-name: a']],
  ];
  for (const [what, text, found] of broken) {
    it(`marks ${what}`, () => {
      assert.deepEqual(marks(text), found);
    });
  }

  it('is read whole where it is long, and its problems are at most a hundred', () => {
    // Nine of ten are computations, which are read faster.
    const cells = Array.from({ length: 500 }, (_, i) => {
      const block = i % 10 === 0 ? fenced(`nnspec name=c${i}`, xor) : fenced('compute', 'a: [1, 2]\nb: a @ a');
      return `Text ${'x'.repeat(4000)}\n\n${block}`;
    });
    const lesson = parseLesson(cells.join('\n'), 'long.nnlesson');
    assert.equal(lesson.blocks.length, 500);
    assert.deepEqual(lesson.problems, []);
    assert.equal(parseLesson(fenced('compute', 'a: b').repeat(5000), 'bad.nnlesson').problems.length, 100);
    assert.equal(parseLesson('~~~\n```nnspec\n'.repeat(20_000), 'fences.nnlesson').blocks.length, 1);
  });

  it('never throws, and places every problem inside the text', () => {
    const piece = fc.constantFrom(
      '---\n',
      'title: [\n',
      '```nnspec name=deep\n',
      '```compare\n',
      '```question\n',
      '~~~compute\n',
      '```plot\n',
      '```walk\n',
      '```\n',
      '~~~\n',
      `${xor}\n`,
      'cells: [deep]\n',
      'vary: { seed: [1, x], model.layers: 2 }\n',
      'vary: deep\n',
      'functions: { leaky_relu: }\n',
      'functions: [[], {}, "("]\n',
      'range: [1]\n',
      'sliders: { a: [1, 2] }\n',
      'id: a\n',
      'ask: b\n',
      'number: [deep\n',
      'number: {}\n',
      'choices: [1, 2]\n',
      'answer: 7\n',
      'expect: loss < 1\n',
      'of: *a\n',
      'wrong: [1]\n',
      'wrong: { x: }\n',
      'cell: deep\n',
      'sample: -1\n',
      'a: b:\n',
      '  @ c\n',
      ': 1\n',
      '\t- \r\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('');
        const { problems, blocks } = parseLesson(text, 'any.nnlesson');
        const lines = text.split('\n');
        for (const { range, message } of problems) {
          for (const { line, character } of [range.start, range.end]) {
            assert.ok(line >= 0 && line < lines.length, message);
            assert.ok(character >= 0 && character <= lines[line].length, message);
          }
        }
        assert.ok(problems.some(({ severity }) => severity === 'error') || blocks.every(({ content }) => content));
      }),
      { numRuns: 300 },
    );
  });
});
