import { testHostileRuns } from './hostileRuns';

describe('a thousand folders of runs that somebody else has written', () => {
  testHostileRuns(1000, 60);
});
