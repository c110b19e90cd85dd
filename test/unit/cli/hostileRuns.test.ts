import { testHostileRuns } from './hostileRuns';

describe('folders of runs that somebody else has written', () => {
  testHostileRuns(60, 4);
});
