import { testHostileRuns } from './hostileRuns';

describe('a thousand folders of runs that somebody else has written', function () {
  this.timeout(180_000);
  testHostileRuns(1000, 25);
});
