import assert from 'node:assert/strict';
import { joinBytes } from '../../../src/common/joinBytes';
import { fieldsOf, float, integer, message, packedIntegers, text } from '../../../src/common/protobuf';

describe('messages of Protocol Buffers', () => {
  it('come back as they were written', () => {
    const bytes = joinBytes([
      integer(1, 300),
      integer(2, -1),
      text(20, '이름'),
      float(3, 0.5),
      message(4, [integer(1, 7)]),
    ]);
    const fields = fieldsOf(bytes);
    assert.deepEqual(
      fields.map(({ field, number }) => [field, number]),
      [
        [1, 300n],
        [2, -1n],
        [20, undefined],
        [3, undefined],
        [4, undefined],
      ],
    );
    assert.equal(new TextDecoder().decode(fields[2].bytes), '이름');
    assert.deepEqual(fieldsOf(fields[4].bytes!), [{ field: 1, number: 7n }]);
    assert.deepEqual(packedIntegers(Uint8Array.of(172, 2, 5)), [300n, 5n]);
  });

  it('are refused where a length lies, a number has no end or an encoding is unknown', () => {
    const lies = [
      [10, 5, 1],
      [10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
      [8, ...new Array(11).fill(255)],
      [8, 255],
      [11],
      [13, 1, 2],
    ];
    for (const bytes of lies) {
      assert.throws(() => fieldsOf(Uint8Array.from(bytes)), RangeError, bytes.join());
    }
  });
});
