import assert from 'node:assert/strict';
import { parseSpec } from '../../../src/language';

describe('A text of very many faults', () => {
  it('is read without noting a stack for each', () => {
    const text = `data: [${','.repeat(60_000)}`;
    const { stackTraceLimit } = Error;
    const leastTime = (limit: number) => {
      Error.stackTraceLimit = limit;
      const times = [1, 2, 3].map(() => {
        const { user, system } = process.cpuUsage();
        parseSpec(text, { fileName: 'a.nnspec' });
        const used = process.cpuUsage();
        return used.user + used.system - user - system;
      });
      assert.equal(Error.stackTraceLimit, limit);
      return Math.min(...times);
    };
    try {
      assert.ok(leastTime(50) < 3 * leastTime(0));
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });
});
