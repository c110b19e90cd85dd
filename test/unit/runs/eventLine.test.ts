import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeNumber } from '../../../src/common/jsonNumbers';
import { type EpochEvent, eventLine, readEvent } from '../../../src/runs/events';

const epoch: EpochEvent = { event: 'epoch', epoch: 3, step: 12, values: [] };

describe('The line of an epoch', () => {
  it('has its fields in their public order', () => {
    const values: EpochEvent['values'] = [
      ['loss', 0.1],
      ['val_loss', 1e-9],
    ];
    const line = '{"event":"epoch","fold":2,"epoch":3,"step":12,"loss":0.1,"val_loss":1e-9}\n';
    assert.equal(eventLine({ ...epoch, fold: 2, values }), line);
    assert.equal(eventLine({ ...epoch, values }), line.replace('"fold":2,', ''));
  });

  it('is one line of JSON that gives every tag and number back', () => {
    const tag = fc.string({ unit: 'binary' }).map((name) => `${name}\u2028\u2029"recall`);
    const values = fc.uniqueArray(fc.tuple(tag, fc.double()), { selector: ([name]) => name });
    fc.assert(
      fc.property(values, (pairs) => {
        const line = eventLine({ ...epoch, values: pairs });
        assert.match(line, /^[^\n\r\u2028\u2029]*\n$/);
        const object = new Map<string, unknown>(Object.entries(JSON.parse(line)));
        for (const [name, value] of pairs) {
          const read = decodeNumber(object.get(name));
          assert.ok(Object.is(read, value) || read === value, `${name}: ${read} instead of ${value}`);
        }
      }),
    );
    assert.deepEqual(readEvent(eventLine({ ...epoch, values: [['loss', 0.5]] })), {
      ...epoch,
      values: [['loss', 0.5]],
    });
  });
});
