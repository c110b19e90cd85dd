import assert from 'node:assert/strict';
import { shownRun } from '../../../src/extension/runs/shownRun';
import type { RunState } from '../../../src/runs/series';

describe('the run in the status bar', () => {
  const run = (state: RunState) => ({ state });

  it('is the latest, whose result a paused one does not hide', () => {
    const [paused, running, over] = [run('paused'), run('running'), run('completed')];
    assert.equal(shownRun(running, [paused, running]), running);
    assert.equal(shownRun(paused, [paused, running]), paused);
    assert.equal(shownRun(over, [paused]), over);
    assert.equal(shownRun(over, [paused, running]), running);
    assert.equal(shownRun(undefined, [paused]), paused, 'once the result was seen');
    assert.equal(shownRun(undefined, []), undefined);
  });
});
