import assert from 'node:assert/strict';
import { computeOutput, curveAskedFor, plotOutput } from '../../../src/extension/lessons/outputs';
import { parseLesson } from '../../../src/lessons/lesson';

function blockOf(text: string) {
  const { blocks, problems } = parseLesson(text, 'a.nnlesson');
  assert.deepEqual(problems, []);
  return blocks[0].content;
}

describe('The outputs of a lesson', () => {
  it('have the steps of a computation, whose numbers are those that are shown', () => {
    const content = blockOf('```compute\nW: [[1, 2]]\na: sigmoid(W @ [0.5, 1]) * 3\n```\n');
    assert.ok(content?.kind === 'compute');
    const output = computeOutput(content);
    assert.ok(output.kind === 'compute');
    const [W, a] = output.lines;
    assert.deepEqual([W.steps, W.value], [[], '[[1, 2]]']);
    assert.deepEqual(a.steps.at(-1)?.result, a.value);
    const [first] = a.steps;
    assert.deepEqual([first.text, first.result], ['[1·0.5 + 2·1]', '[2.5]']);
  });

  it('have curves over the range of the plot, and sliders that ask for others', () => {
    const content = blockOf(
      '```plot\nfunctions: [{ leaky_relu: 0.2 }, "x^2"]\nrange: [-1, 3]\nsliders: { leaky_relu: [0, 0.5] }\n```\n',
    );
    assert.ok(content?.kind === 'plot');
    const output = plotOutput(content);
    assert.ok(output.kind === 'plot');
    const [leaky, square] = output.functions;
    assert.deepEqual([leaky.name, square.name, square.slider], ['leaky_relu', 'x^2', undefined]);
    assert.deepEqual([leaky.curve.x[0], leaky.curve.x.at(-1), leaky.curve.f[0]], [-1, 3, -0.2]);
    assert.ok(leaky.slider);
    const parameters = { ...leaky.parameters, [leaky.slider.parameter]: 0.5 };
    const asked = { type: 'curve', id: 1, name: 'leaky_relu', parameters, range: output.range } as const;
    assert.equal(curveAskedFor(asked)?.f[0], -0.5);
    assert.equal(curveAskedFor({ ...asked, name: 'nothing' }), undefined);
    assert.equal(curveAskedFor({ ...asked, name: 'custom', parameters: { formula: 'x +' } }), undefined);
  });
});
