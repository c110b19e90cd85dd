import { equal, eventually, ok } from './assert';
import { catchMessages, closeEditors, services, train, write } from './support';

const spec = `data: { source: { spiral: { samples: 1000 } } }
model:
  layers:
    - dense: { units: 32, activation: tanh }
    - dense: { units: 2, activation: softmax }
training: { loss: categorical_crossentropy, optimizer: adam, epochs: 1000000 }
`;

describe('a killed engine process', () => {
  afterEach(closeEditors);

  it('ends its run with a clear message and a Restart; the losses so far stay', async () => {
    const uri = await write('killed.nnspec', spec);
    const run = await train(uri);
    ok(run, 'not trained');
    const before = await eventually('some epochs', () => {
      const losses = run.series().loss?.y;
      return losses && losses.length >= 3 ? losses : undefined;
    });
    const pid = run.enginePid;
    ok(pid, 'the engine has no process');
    const said = await catchMessages(async () => {
      process.kill(pid, 'SIGKILL');
      await run.over;
      await eventually('a new run', async () => (await services()).runs.of(uri)?.id !== run.id);
    }, 'Restart');
    equal(run.state, 'failed');
    equal(said.length, 1);
    ok(/SIGKILL/.test(said[0]) && /losses so far are kept/.test(said[0]), said[0]);
    equal(Array.from(run.series().loss.y.slice(0, before.length)), Array.from(before));
    const next = (await services()).runs.of(uri);
    ok(next, 'there is no new run');
    await eventually('the new run trains', () => (next.details.progress?.epoch ?? 0) >= 1);
    next.endEngine();
  });

  it('leaves no process running when its run is ended', async () => {
    const uri = await write('ended.nnspec', spec);
    const run = await train(uri);
    ok(run, 'not trained');
    const pid = await eventually('an engine', () => run.enginePid);
    run.endEngine();
    await eventually('the process to be gone', () => !isAlive(pid));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
