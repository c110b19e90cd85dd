import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mostBytes } from '../../../src/cli/diskFiles';
import { mostWaiting } from '../../../src/cli/turns';
import { defaultBuckets } from '../../../src/common/boundedSeries';
import { formatCount } from '../../../src/common/formatCount';
import { keptWhole } from '../../../src/common/keptEpochs';
import * as common from '../../../src/common/limits';
import { largestFile } from '../../../src/data/delimited';
import { largestData } from '../../../src/data/encode';
import { sampleBytes } from '../../../src/data/findFormat';
import { largestImage } from '../../../src/data/images/image';
import { largestImageFile } from '../../../src/data/images/imageFolder';
import { largestFolder } from '../../../src/data/images/listImages';
import { problemLimit } from '../../../src/data/problems';
import { sparseCells } from '../../../src/data/readers/jsonLines';
import { largestFooter } from '../../../src/data/readers/parquet/footer';
import { largestPage } from '../../../src/data/readers/parquet/pages';
import { cellsPerByte } from '../../../src/data/readers/parquet/parquet';
import { badLimit } from '../../../src/data/table';
import { categoryLimit } from '../../../src/data/targets';
import { maxJsonDepth } from '../../../src/engine/checkpoint/checkpoint';
import { maxHeaderLength } from '../../../src/engine/safetensors';
import { maxBytes } from '../../../src/engine/wasm/memory/allocate';
import {
  longestSuggested,
  maximumAliasedNodes,
  maximumBytes,
  maximumNesting,
  maximumProblems,
} from '../../../src/language/text/limits';
import { fullSeries, reducedBuckets } from '../../../src/runs/runSeries';
import { maximumParameters } from '../../../src/spec/planNetwork';
import { mostFolds, mostRuns } from '../../../src/spec/schema';
import { maximumCounts } from '../../../src/spec/tableFacts';

const inCode: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(Object.entries(common).filter(([, value]) => typeof value === 'number')),
  badLimit,
  categoryLimit,
  cellsPerByte,
  defaultBuckets,
  fullSeries,
  largestData,
  largestFile,
  largestFolder,
  largestFooter,
  largestImage,
  largestImageFile,
  largestPage,
  longestSuggested,
  maxBytes,
  maxHeaderLength,
  maximumAliasedNodes,
  maximumBytes,
  maximumCounts,
  maximumNesting,
  maximumParameters,
  maximumProblems,
  maxJsonDepth,
  mostBytes,
  mostFolds,
  mostRuns,
  mostWaiting,
  problemLimit,
  reducedBuckets,
  sampleBytes,
  keptWhole,
  sparseCells,
};

describe('docs/limits.md', () => {
  it('lists the limits as they are in the code, and none is missing', () => {
    const rows = [...readFileSync('docs/limits.md', 'utf8').matchAll(/^\|[^|]*\| ([\d,]+) \|.*\| `(\w+)` \|$/gm)];
    const listed = rows.map(([, limit, name]) => [name, limit]).sort();
    const wanted = Object.entries(inCode)
      .map(([name, value]) => [name, formatCount(Number(value))])
      .sort();
    assert.deepEqual(listed, wanted);
  });
});
