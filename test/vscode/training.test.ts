import { equal, ok } from './assert';
import { last, open, problem, trainToEnd } from './support';

describe('Train Network', () => {
  it('learns XOR to a loss below 0.05', async () => {
    const { uri } = await open('xor.nnspec');
    const run = await trainToEnd(uri);
    equal(run.state, 'completed');
    ok(last(run, 'loss') < 0.05, `the loss ended at ${last(run, 'loss')}`);
    equal(last(run, 'accuracy'), 1);
    equal(run.series().loss.x.length, 1000);
  });

  it('learns iris.csv to an accuracy of at least 0.95', async () => {
    const run = await trainToEnd((await open('iris.nnspec')).uri);
    const reached = run.details.ended?.final.train?.find(([tag]) => tag === 'accuracy')?.[1] ?? 0;
    ok(reached >= 0.95, `the accuracy ended at ${reached}`);
    equal(
      run.details.ended?.expect.map((each) => each.ok),
      [true, true, true],
    );
  });

  it('learns digits.csv with 64-32-10 units to a validation accuracy of at least 0.95', async () => {
    const run = await trainToEnd((await open('digits.nnspec')).uri);
    equal(
      run.details.started?.layers.map(({ shape }) => shape[0]),
      [32, 10],
    );
    const reached = run.details.ended?.final.validation?.find(([tag]) => tag === 'accuracy')?.[1] ?? 0;
    ok(reached >= 0.95, `the validation accuracy ended at ${reached}`);
  });

  it('cannot learn XOR with linear layers: the loss stays at 0.69 or above, and a hint says why', async () => {
    const { uri } = await open('linear-xor.nnspec');
    const run = await trainToEnd(uri);
    ok(last(run, 'loss') >= 0.69, `the loss ended at ${last(run, 'loss')}`);
    const hint = await problem(uri, 'linear-stack');
    ok(/linear/i.test(hint.message), hint.message);
  });
});
