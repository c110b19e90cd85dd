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
  it('sends up to 256 epochs unthinned, and each once', () => {
    const log = new EpochLog(false);
    for (let epoch = 1; epoch <= 256; epoch += 1) {
      log.push(record(epoch, 1));
    }
    assert.equal(log.take().length, 256);
    assert.equal(log.take().length, 0);
  });

  it('keeps first, last and the extremes of every tag among 10,000 epochs in 192 records or fewer', () => {
    const log = new EpochLog(false);
    for (let epoch = 1; epoch <= 10_000; epoch += 1) {
      log.push(record(epoch, epoch === 1234 ? 99 : epoch === 4321 ? -99 : 1, epoch === 8765 ? 1 : 0));
    }
    const epochs = log.take().map(({ epoch }) => epoch);
    for (const wanted of [1, 1234, 4321, 8765, 10_000]) {
      assert.ok(epochs.includes(wanted), `epoch ${wanted} was lost`);
    }
    assert.ok(epochs.length <= 192);
    assert.deepEqual(
      epochs,
      epochs.toSorted((a, b) => a - b),
    );
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
