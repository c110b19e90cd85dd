import assert from 'node:assert/strict';
import { type FeedSource, PanelFeed } from '../../../src/extension/panel/feed';
import type { Started } from '../../../src/protocol/engine';
import type { RunStatus, ToPanel } from '../../../src/protocol/panel';
import { RunSeries } from '../../../src/runs/runSeries';

/** A port whose clock and timers are controlled by the test. */
class World {
  readonly posted: ToPanel[] = [];
  delivered = true;
  time = 0;
  #timer: { readonly at: number; readonly callback: () => void } | undefined;

  post = async (message: ToPanel) => {
    this.posted.push(message);
    return this.delivered;
  };
  now = () => this.time;
  setTimer = (callback: () => void, milliseconds: number) => {
    this.#timer = { at: this.time + milliseconds, callback };
    return () => {
      this.#timer = undefined;
    };
  };

  advance(milliseconds: number): void {
    this.time += milliseconds;
    const timer = this.#timer;
    if (timer && timer.at <= this.time) {
      this.#timer = undefined;
      timer.callback();
    }
  }

  get last(): ToPanel & { readonly frame: number } {
    return this.posted.at(-1) as ToPanel & { readonly frame: number };
  }
}

class Source implements FeedSource {
  readonly store = new RunSeries();
  readonly fields: RunStatus = {
    runId: '1',
    title: 'XOR',
    specUri: 'file:///xor.nnspec',
    state: 'running',
    stored: false,
  };
  extra: Partial<RunStatus> = {};

  status = () => ({ ...this.fields, ...this.extra });
  hydration = () => ({ ...this.status(), series: this.store.all() });
  cursor = () => this.store.cursor();
  since = (cursor: Readonly<Record<string, number>>) => this.store.since(cursor);
}

function setUp() {
  const world = new World();
  const source = new Source();
  return { world, source, feed: new PanelFeed(source, world) };
}

const losses = (message: ToPanel) => ('series' in message ? Array.from(message.series.loss?.y ?? []) : []);

describe('the panel’s feed', () => {
  it('sends nothing until the panel is hydrated, and then everything', () => {
    const { world, source, feed } = setUp();
    source.store.append('loss', 1, 0.7);
    feed.touch();
    world.advance(1000);
    assert.equal(world.posted.length, 0);
    feed.hydrate();
    assert.equal(world.last.type, 'hydrate');
    assert.deepEqual(Array.from((world.last as ToPanel & { type: 'hydrate' }).hydration.series.loss.y), [0.7]);
  });

  it('offers everything once to a page that is still being loaded, as soon as there is a network', () => {
    const { world, source, feed } = setUp();
    feed.offer();
    assert.equal(world.posted.length, 0);
    source.extra = { started: {} as Started };
    feed.offer();
    feed.offer();
    assert.deepEqual(
      world.posted.map(({ type }) => type),
      ['hydrate'],
    );
    // The page has the message if the editor has held it; in any case it gets everything when it asks.
    feed.hydrate();
    assert.equal(world.posted.length, 2);
  });

  it('sends everything anew where another training of the run has begun', () => {
    const { world, source, feed } = setUp();
    source.extra = { started: { fold: 1 } as Started };
    source.store.append('loss', 5, 0.7);
    feed.hydrate();
    feed.acknowledge(world.last.frame);
    source.store.clear();
    source.store.append('loss', 1, 0.9);
    source.extra = { started: { fold: 2 } as Started };
    feed.touch();
    world.advance(100);
    assert.equal(world.last.type, 'hydrate');
    assert.deepEqual(Array.from((world.last as ToPanel & { type: 'hydrate' }).hydration.series.loss.y), [0.9]);
    feed.acknowledge(world.last.frame);
    source.store.append('loss', 2, 0.8);
    feed.touch();
    world.advance(100);
    assert.deepEqual([world.last.type, losses(world.last)], ['append', [0.8]]);
  });

  it('keeps one frame in flight and merges later changes; nothing is lost or sent twice', () => {
    const { world, source, feed } = setUp();
    feed.hydrate();
    for (let epoch = 1; epoch <= 50; epoch++) {
      source.store.append('loss', epoch, 1 / epoch);
      feed.touch();
      world.advance(100);
    }
    assert.equal(world.posted.length, 1);
    feed.acknowledge(world.last.frame);
    world.advance(0);
    assert.equal(world.posted.length, 2);
    assert.deepEqual(
      losses(world.last),
      Array.from({ length: 50 }, (_, i) => 1 / (i + 1)),
    );
    source.store.append('loss', 51, 0.5);
    feed.touch();
    feed.acknowledge(world.last.frame);
    world.advance(34);
    assert.deepEqual(losses(world.last), [0.5]);
  });

  it('posts at most 30 frames a second however fast the panel answers', () => {
    const { world, source, feed } = setUp();
    feed.hydrate();
    for (let millisecond = 1; millisecond <= 1000; millisecond++) {
      source.store.append('loss', millisecond, 1);
      feed.touch();
      feed.acknowledge(world.last.frame);
      world.advance(1);
    }
    assert.ok(world.posted.length <= 31, `${world.posted.length} frames`);
    assert.ok(world.posted.length >= 28, `${world.posted.length} frames`);
  });

  it('sends only the fields of the status that have changed', () => {
    const { world, source, feed } = setUp();
    feed.hydrate();
    feed.acknowledge(world.last.frame);
    source.extra = { state: 'paused' };
    feed.touch();
    world.advance(34);
    assert.deepEqual(world.last, { type: 'append', frame: 2, series: {}, changes: { state: 'paused' } });
  });

  it('clears a field that has become undefined', () => {
    const { world, source, feed } = setUp();
    source.extra = { stage: 'reading digits.csv…' };
    feed.hydrate();
    feed.acknowledge(world.last.frame);
    source.extra = {};
    feed.touch();
    world.advance(34);
    assert.deepEqual(world.last, { type: 'append', frame: 2, series: {}, changes: { stage: null } });
  });

  it('ignores the acknowledgement of an older frame', () => {
    const { world, source, feed } = setUp();
    feed.hydrate();
    const first = world.last.frame;
    feed.hydrate();
    source.store.append('loss', 1, 1);
    feed.touch();
    feed.acknowledge(first);
    world.advance(100);
    assert.equal(world.posted.length, 2);
  });

  it('stops when a message was not delivered; the next hydration sends everything', async () => {
    const { world, source, feed } = setUp();
    world.delivered = false;
    feed.hydrate();
    await Promise.resolve();
    await Promise.resolve();
    source.store.append('loss', 1, 1);
    feed.touch();
    world.advance(1000);
    assert.equal(world.posted.length, 1);
    world.delivered = true;
    feed.hydrate();
    assert.deepEqual(Array.from((world.last as ToPanel & { type: 'hydrate' }).hydration.series.loss.y), [1]);
  });
});
