import assert from 'node:assert/strict';
import { csv, csvProblems } from './support';

const text = 'x,y\n1,no\n2,yes\n3,yes\n';
const signs = 'x,y\n1,-1\n2,1\n3,1\n';
const three = 'x,y\n1,b\n2,a\n3,c\n';

describe('targets of the losses', () => {
  it('are classes under negative_log_likelihood, categorical_hinge and kl_divergence', async () => {
    for (const loss of ['negative_log_likelihood', 'categorical_hinge', 'kl_divergence']) {
      const { dataset, facts } = await csv(three, { loss });
      assert.deepEqual(facts.classNames, ['a', 'b', 'c'], loss);
      assert.deepEqual([...dataset.targets], [0, 1, 0, 1, 0, 0, 0, 0, 1], loss);
    }
  });

  it('are 0 and 1 under the hinges, which also take −1 and 1', async () => {
    for (const loss of ['hinge', 'squared_hinge']) {
      assert.deepEqual([...(await csv(text, { loss })).dataset.targets], [0, 1, 1]);
      const { dataset, facts } = await csv(signs, { loss });
      assert.deepEqual([...dataset.targets], [0, 1, 1]);
      assert.deepEqual([facts.targetKind, facts.classNames], ['binary', ['-1', '1']]);
    }
    const [problem] = await csvProblems(signs, { loss: 'binary_crossentropy' });
    assert.equal(problem.code, 'target-range');
    assert.match(problem.message, /binary_crossentropy/);
    const [many] = await csvProblems(three, { loss: 'hinge' });
    assert.equal(many.code, 'not-binary');
  });

  it('have the class that positive names second, words and numbers alike, in one column or two', async () => {
    const rare = 'x,y\n1,fraud\n2,ok\n3,ok\n4,\n';
    const loss = 'binary_crossentropy';
    const plain = await csv(rare, { loss });
    assert.deepEqual(
      [plain.facts.classNames, [...plain.dataset.targets]],
      [
        ['fraud', 'ok'],
        [0, 1, 1],
      ],
    );
    const { dataset, facts } = await csv(rare, { loss, positive: 'fraud' });
    assert.deepEqual(
      [facts.classNames, [...dataset.targets]],
      [
        ['ok', 'fraud'],
        [1, 0, 0],
      ],
    );
    assert.deepEqual((await csv(rare, { loss, positive: 'ok' })).dataset, plain.dataset);
    const none = await csv('x,y\n1,0\n2,1\n3,1\n', { loss, positive: '0' });
    assert.deepEqual(
      [none.facts.classNames, [...none.dataset.targets]],
      [
        ['1', '0'],
        [1, 0, 0],
      ],
    );
    const two = await csv(rare, { loss: 'categorical_crossentropy', positive: 'fraud' });
    assert.deepEqual(
      [two.facts.classNames, [...two.dataset.targets]],
      [
        ['ok', 'fraud'],
        [0, 1, 1, 0, 1, 0],
      ],
    );
  });

  it('must have the class that positive names, and one other', async () => {
    const faults = async (table: string, loss: string, positive: string) => {
      const problems = await csvProblems(table, { loss, positive });
      return problems.map(({ code, path, meant }) => [code, path.join('.'), meant]);
    };
    assert.deepEqual(await faults(text, 'binary_crossentropy', 'yess'), [['positive-class', 'data.positive', 'yes']]);
    for (const [table, loss] of [
      [three, 'categorical_crossentropy'],
      ['x,y\n1,2\n2,4\n', 'mean_squared_error'],
      ['x,y\n1,0.5\n2,0.1\n', 'binary_crossentropy'],
    ]) {
      assert.deepEqual(await faults(table, loss, 'a'), [['positive-class', 'data.positive', undefined]]);
    }
  });

  it('are told apart by the class that most rows have, with a hint that the other may be meant', async () => {
    const rowsOf = (fraud: number) =>
      `x,y\n${Array.from({ length: 40 }, (_, i) => `${i},${i < fraud ? 'fraud' : 'ok'}`).join('\n')}\n`;
    const hints = async (fraud: number, more = {}) => {
      const { facts } = await csv(rowsOf(fraud), { loss: 'binary_crossentropy', ...more });
      return facts.warnings?.map(({ code, severity, meant }) => [code, severity, meant]);
    };
    assert.deepEqual(await hints(9), [['scored-class', 'hint', 'fraud']]);
    assert.equal(await hints(10), undefined);
    assert.equal(await hints(9, { positive: 'ok' }), undefined);
    assert.equal(await hints(35), undefined);
  });

  it('are counts under poisson: nothing below 0', async () => {
    const [problem, ...more] = await csvProblems('x,y\n1,2\n2,-3\n3,-1\n', { loss: 'poisson' });
    assert.deepEqual([problem.code, more.length], ['target-range', 0]);
    assert.match(problem.message, /-3.*poisson/);
  });

  it('are numbers under every other loss', async () => {
    for (const loss of ['huber', 'poisson', 'gaussian_nll', 'cosine_similarity']) {
      assert.equal((await csv('x,y\n1,2\n2,4\n', { loss })).facts.targetKind, 'numbers', loss);
    }
  });
});
