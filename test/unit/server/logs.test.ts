import assert from 'node:assert/strict';
import { EpochLog } from '../../../src/server/epochLog';
import { RateMeter } from '../../../src/server/rateMeter';

const record = (epoch: number, loss: number, accuracy = 0) => ({
  epoch,
  step: epoch,
  values: [
    ['loss', loss],
    ['accuracy', accuracy],
  ] as const,
});

describe('the log of epochs', () => {
  it('sends the first 10,000 epochs whole, and each once', () => {
    const log = new EpochLog(false);
    for (let epoch = 1; epoch <= 10_000; epoch += 1) {
      log.push(record(epoch, 1));
    }
    assert.equal(log.take().length, 10_000);
    assert.equal(log.take().length, 0);
  });

  it('then sends each 0.01 % further, always the newest, and the same ones however often it is asked', () => {
    const epochsOf = (every: number) => {
      const log = new EpochLog(false);
      const sent: number[] = [];
      for (let epoch = 1; epoch <= 300_000; epoch += 1) {
        log.push(record(epoch, 1));
        if (epoch % every === 0) {
          sent.push(...log.take().map((each) => each.epoch));
        }
      }
      return sent;
    };
    const [seldom, often] = [epochsOf(300_000), epochsOf(1000)];
    assert.equal(seldom.at(-1), 300_000);
    assert.ok(seldom.length > 39_000 && seldom.length < 45_000, `${seldom.length}`);
    assert.deepEqual(
      often.filter((epoch) => epoch % 1000 !== 0),
      seldom.filter((epoch) => epoch % 1000 !== 0),
    );
  });

  it('sends those after a checkpoint that a run without one sends', () => {
    const whole = new EpochLog(false);
    for (let epoch = 1; epoch <= 60_000; epoch += 1) {
      whole.push(record(epoch, 1));
    }
    const all = whole.take().map(({ epoch }) => epoch);
    for (const done of [0, 1, 9999, 10_000, 10_001, 20_001, 43_210]) {
      const log = new EpochLog(false);
      log.begin(done);
      for (let epoch = done + 1; epoch <= 60_000; epoch += 1) {
        log.push(record(epoch, 1));
      }
      assert.deepEqual(
        log.take().map(({ epoch }) => epoch),
        all.filter((epoch) => epoch > done),
      );
    }
  });

  it('sends every epoch if requested', () => {
    const log = new EpochLog(true);
    for (let epoch = 1; epoch <= 10_000; epoch += 1) {
      log.push(record(epoch, 1));
    }
    assert.equal(log.take().length, 10_000);
  });
});

describe('the rate meter', () => {
  it('measures steps a second, 0 until 100 ms were seen', () => {
    const meter = new RateMeter();
    meter.observe(0, 0);
    meter.observe(50, 50);
    assert.equal(meter.rate, 0);
    meter.observe(200, 400);
    assert.equal(meter.rate, 2000);
  });

  it('does not change within a long step, and covers several of them', () => {
    const meter = new RateMeter();
    const rates: number[] = [];
    // Steps alternately take 1.4 and 0.6 s, and are observed every 50 ms.
    for (let at = 0; at <= 30_000; at += 50) {
      meter.observe(at, 2 * Math.floor(at / 2000) + (at % 2000 >= 1400 ? 1 : 0));
      if (at >= 1400) {
        rates.push(meter.rate);
      }
    }
    assert.ok(
      rates.every((rate) => rate > 0),
      'the rate is lost within a step',
    );
    const later = rates.slice(-200);
    assert.ok(Math.max(...later) / Math.min(...later) < 1.15, `${Math.min(...later)} to ${Math.max(...later)}`);
    assert.ok(Math.abs(later[0] - 1) < 0.1, String(later[0]));
  });

  it('forgets what is older than about a second, and everything after a pause', () => {
    const meter = new RateMeter();
    for (let at = 0; at <= 5000; at += 100) {
      meter.observe(at, at < 3000 ? 0 : (at - 3000) * 2);
    }
    assert.equal(meter.rate, 2000);
    meter.reset();
    assert.equal(meter.rate, 0);
  });
});
