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
