/** Odd but legal files, and runs that fail: each command ends with a sentence, and `--json` with `end`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeWeights } from '../../../src/engine';
import { encodeContainer } from '../../../src/engine/safetensors';
import { nnspec, Workspace, xor } from './harness';

const rows = 'columns: [x, y], rows: [[0, 0], [1, 1], [2, 1], [3, 0]], target: y';
const spec = (layers: string, training = '', data = rows) =>
  `data: { ${data} }\nmodel: { layers: [${layers}] }\ntraining: { epochs: 2${training} }\n`;
const number = ', loss: mean_squared_error';
const dense = '{ dense: 1 }';
const sigmoid = '{ dense: { units: 1, activation: sigmoid } }';
const softmax = '{ dense: { units: 2, activation: softmax } }';
const file = (name: string, more = '') => `file: ${name}.csv, target: y${more}`;
const whole = ', split: { train: 1 }';
const same = 'columns: [x, y], rows: [[0, 1], [1, 1], [2, 1]], target: y';

/** A spec, and how its training ends: the exit status, or the code of the error before it begins. */
const specs: Readonly<Record<string, readonly [text: string, outcome: number | string]>> = {
  oneRow: [spec(dense, number, file('one')), 'empty-part'],
  oneRowWhole: [spec(dense, number, file('one', whole)), 0],
  oneRowOfAClass: [spec(softmax, '', file('one', whole)), 'one-class'],
  oneRowNormalised: [
    spec('{ dense: 2 }, batch_normalization, { dense: 1 }', number, file('one', whole)),
    'batch-of-one',
  ],
  twoRows: [spec(dense, number, file('two')), 'empty-part'],
  twoRowsHalved: [spec(dense, number, file('two', ', split: { train: 0.5, test: 0.5 }')), 0],
  headerOnly: [spec(dense, number, file('header')), 'no-rows'],
  emptyFile: [spec(dense, number, file('empty')), 'empty-file'],
  noFile: [spec(dense, number, file('absent')), 'data-file'],
  oneColumn: [spec(dense, number, file('column')), 'no-inputs'],
  missingCells: [spec(dense, number, file('missing')), 'missing-cell'],
  missingCellsDropped: [spec(dense, number, file('missing', ', missing: drop')), 'no-rows'],
  missingCellsMean: [spec(dense, number, file('missing', ', missing: mean')), 'empty-column'],
  oneClass: [spec(softmax, '', file('class')), 'one-class'],
  textForNumbers: [spec(dense, number, file('class')), 'target-not-numeric'],
  constantInput: [spec(dense, number, `${rows.replace(/\d, /g, '7, ')}, scale: standard`), 0],
  constantInputMinmax: [spec(dense, number, `${rows.replace(/\d, /g, '7, ')}, scale: minmax`), 0],
  constantTarget: [spec(dense, `${number}, metrics: [r2]`, same), 0],
  constantClass: [spec(sigmoid, ', metrics: [auc, f1]', same), 'one-class'],
  hugeNumbers: [spec(dense, number, file('huge', whole)), 3],
  categories: [spec(dense, number, file('category', whole)), 0],
  byteOrderMark: [spec(dense, number, file('bom', whole)), 0],
  semicolons: [spec(dense, number, file('semicolon', whole)), 0],
  largeBatch: [spec(dense, `${number}, batch_size: 1000000`), 0],
  batchOfOne: [spec(dense, `${number}, batch_size: 1`), 0],
  noTestPart: [`${spec(dense, number)}expect: [test_loss < 1]\n`, 'missing-part'],
  onlyTrainAndTest: [spec(dense, number, `${rows}, split: { train: 0.5, test: 0.5 }`), 0],
  hugeRate: [
    spec('{ dense: { units: 4, activation: relu } }, { dense: 1 }', `${number}, optimizer: { sgd: 1.0e+30 }`),
    3,
  ],
  hugeRateOfAdam: [
    spec('{ dense: { units: 4, activation: relu } }, { dense: 1 }', `${number}, optimizer: { adam: 1.0e+38 }`),
    3,
  ],
  noRate: [spec(dense, `${number}, optimizer: { sgd: 0 }`), 'out-of-range'],
  tinyRate: [spec(dense, `${number}, optimizer: { sgd: 1.0e-30 }`), 0],
  softmaxOfOne: [spec('{ dense: { units: 1, activation: softmax } }'), 'output-size'],
  overflowing: [
    spec(
      '{ dense: 2 }, { activation: exponential }, { activation: exponential }, { activation: exponential }, { activation: exponential }, { dense: 1 }',
      number,
    ),
    3,
  ],
  activationAlone: [spec('{ activation: sigmoid }'), 0],
  flattenAlone: [spec('flatten', number), 0],
  dropoutAlone: [spec('{ dropout: 0.5 }', number), 0],
  noiseAlone: [spec('{ gaussian_noise: 1.0e+30 }', number), 3],
  poolingAlone: [spec('{ max_pooling2d: 1 }, flatten', number, `${rows}, shape: [1, 1, 1]`), 0],
  blockAlone: [spec('{ residual: [{ activation: tanh }] }', number), 0],
  slopeAlone: [spec('{ activation: prelu }', number), 0],
  layerNormalisationOfOne: [spec('layer_normalization', number), 0],
  batchNormalisationAlone: [spec('batch_normalization', number), 0],
  picture: [spec('{ conv2d: { filters: 1, kernel_size: 1 } }', number, `${rows}, shape: [1, 1, 1]`), 'shape-mismatch'],
  noUnits: [spec('flatten', number, 'source: digits'), 'output-size'],
  logOfSoftplus: [
    spec('{ dense: { units: 5, activation: softplus } }, { activation: { custom: log(x) } }, { dense: 1 }', number),
    0,
  ],
  logOfDense: [spec('{ dense: 5 }, { activation: { custom: log(x) } }, { dense: 1 }', number), 'custom-formula'],
  deadFromZero: [spec('{ dense: { units: 3, activation: relu, kernel_initializer: zeros } }, { dense: 1 }', number), 0],
  step: [spec('{ dense: { units: 3, activation: step } }, { dense: 1 }', number), 0],
  weightOfZero: [spec(sigmoid, ', class_weight: { 0: 0, 1: 1 }'), 0],
  negativeCounts: [
    spec('{ dense: { units: 1, activation: exponential } }', ', loss: poisson', rows.replace('[0, 0]', '[0, -1]')),
    'target-range',
  ],
  gradientsOfNothing: [`${spec('{ activation: sigmoid }')}expect: [gradient_check < 1.0e-5, dead_units == 0]\n`, 0],
  noEpochs: [spec(dense, number).replace('epochs: 2', 'epochs: 0'), 'out-of-range'],
};

const tables = {
  one: 'a,y\n1,0\n',
  two: 'a,y\n1,1\n2,2\n',
  header: 'a,y\n',
  empty: '',
  column: 'y\n1\n2\n',
  missing: 'a,y\n,1\n,2\n,3\n',
  class: 'a,y\n1,x\n2,x\n3,x\n',
  huge: 'a,y\n1e38,1\n2e38,2\n3e38,3\n',
  category: 'c,y\nred,1\nblue,2\nred,3\ngreen,1\n',
  bom: '\ufeffa,y\r\n1,1\r\n2,2\r\n3,1\r\n',
  semicolon: 'a;y\n1;1\n',
};

describe('No dead end', () => {
  const workspace = new Workspace();
  const cwd = workspace.folder;
  before(async () => {
    for (const [name, text] of Object.entries(tables)) {
      await workspace.write(`${name}.csv`, text);
    }
    await workspace.write('rows.csv', 'x,a,c\n1,1,red\n2,2,blue\n');
    await workspace.write('xor.nnspec', xor);
  });
  after(() => workspace.dispose());

  for (const [name, [text, outcome]] of Object.entries(specs)) {
    it(`${name} ends with ${outcome}`, async () => {
      await workspace.write('t.nnspec', text);
      const check = await nnspec(['check', 't.nnspec', '--gradients'], { cwd });
      const run = await nnspec(['train', 't.nnspec', '--json', '--save', 'w.st', '--checkpoint', 'c.ck'], { cwd });
      const said = [check.out, check.err, run.out, run.err].join('\n');
      assert.doesNotMatch(said, /undefined|should not have happened|cannot go on|\bat .*\.ts:/);
      assert.equal(run.lines.filter(({ event }) => event === 'end').length, 1);
      assert.equal(run.lines.at(-1)?.event, 'end', said);
      if (typeof outcome === 'string') {
        assert.deepEqual([check.status, run.status, run.lines.at(-1)?.reason], [1, 1, 'failed'], said);
        assert.equal(run.lines.find(({ severity }) => severity === 'error')?.code, outcome, said);
        return;
      }
      assert.deepEqual([check.status, run.status], [0, outcome], said);
      if (outcome === 0) {
        const again = await nnspec(['train', 't.nnspec', '--epochs', '0', '--init', 'w.st', '--json'], { cwd });
        assert.deepEqual(again.lines.at(-1)?.final, run.lines.at(-1)?.final, again.err);
        const predicted = await nnspec(['predict', 'w.st', 'rows.csv'], { cwd });
        assert.equal(predicted.status, 0, predicted.err);
      }
    });
  }

  it('says that nothing can be learned, and that there is no gradient to check', async () => {
    await workspace.write('t.nnspec', specs.activationAlone[0]);
    const { out } = await nnspec(['check', 't.nnspec', '--gradients'], { cwd });
    assert.match(out, /t\.nnspec:2:10: warning: No layer has weights.*\[nothing-to-learn\]\n.*no gradient to check/);
  });

  it('names the row and its parts where there are fewer rows than parts', async () => {
    await workspace.write('t.nnspec', specs.oneRow[0]);
    const { err } = await nnspec(['train', 't.nnspec'], { cwd });
    assert.match(err, /There is 1 row for 2 parts \(train, validation\)\. Write split: \{ train: 1 \}, or add rows\./);
  });

  it('does not blame the learning rate for numbers that were too large before the first update', async () => {
    for (const name of ['hugeNumbers', 'noiseAlone']) {
      await workspace.write('t.nnspec', specs[name][0]);
      const { err } = await nnspec(['train', 't.nnspec'], { cwd });
      assert.match(err, /before any weight has changed/);
      assert.doesNotMatch(err, /Lower the learning rate/);
    }
  });

  it('evaluates without training, also weights that hold nothing but tensors', async () => {
    await nnspec(['train', 'xor.nnspec', '--save', 'xor.st'], { cwd });
    const { out, err } = await nnspec(['train', 'xor.nnspec', '--epochs', '0', '--init', 'xor.st'], { cwd });
    assert.equal(err, '');
    assert.match(out, /Evaluated without training\.\n {2}.*loss +accuracy\n {2}train/);
    const untrained = await nnspec(['train', 'xor.nnspec', '--epochs', '0', '--json', '--save', 'u.st'], { cwd });
    assert.deepEqual(
      untrained.lines.map(({ event }) => event),
      ['start', 'end'],
    );
    const same = await nnspec(['train', 'xor.nnspec', '--epochs', '0', '--json', '--init', 'u.st'], { cwd });
    assert.deepEqual(same.lines.at(-1)?.final, untrained.lines.at(-1)?.final);
  });

  it('ends with an error event where a file cannot be read or written', async () => {
    for (const argv of [
      ['absent.nnspec'],
      ['xor.nnspec', '--init', 'absent.st'],
      ['xor.nnspec', '--resume', 'xor.nnspec'],
      ['xor.nnspec', '--save', 'absent/w.st'],
    ]) {
      const { status, lines } = await nnspec(['train', ...argv, '--json'], { cwd });
      assert.equal(status, 1);
      assert.deepEqual(lines.at(-1), { event: 'end', reason: 'failed', epochs: 0, final: {}, expect: [] });
      assert.ok(lines.length > 1 && (lines[0].event === 'error' || lines[0].severity === 'error'), argv.join(' '));
    }
    const writeAtomically = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    for (const [option, reason] of [
      [['--save', 'w.st'], 'completed'],
      [['--checkpoint', 'c.ck', '--checkpoint-every', '1'], 'failed'],
    ] as const) {
      const { status, lines } = await nnspec(['train', 'xor.nnspec', '--json', ...option], {
        cwd,
        files: { writeAtomically },
      });
      assert.equal(status, 1);
      assert.ok(lines.some(({ event }) => event === 'error'));
      assert.deepEqual([lines.at(-1)?.event, lines.at(-1)?.reason], ['end', reason]);
    }
  });

  it('ends with an end event where a command is interrupted early', async () => {
    const { status, lines } = await nnspec(['train', 'xor.nnspec', '--json'], {
      cwd,
      onTurn: (interrupt) => interrupt(),
    });
    assert.equal(status, 130);
    assert.deepEqual(lines, [{ event: 'end', reason: 'interrupted', epochs: 0, final: {}, expect: [] }]);
  });

  it('says what is wrong with the spec in a weights file', async () => {
    await nnspec(['train', 'xor.nnspec', '--save', 'xor.st'], { cwd });
    const bytes = readFileSync(join(cwd, 'xor.st'), 'latin1');
    const bad = Buffer.from(bytes.replace('- dense:', '- densx:'), 'latin1');
    await workspace.write('bad.st', bad);
    const { status, err } = await nnspec(['predict', 'bad.st', 'rows.csv'], { cwd });
    assert.equal(status, 1);
    assert.match(err, /bad\.st: The spec in this weights file has an error in its line 6: .*densx/);
    const file = decodeWeights(readFileSync(join(cwd, 'xor.st')));
    assert.ok('ok' in file);
    const { tensors, metadata } = file.ok;
    const long = `${metadata.spec}#${'x'.repeat(300 * 1024)}\n`;
    await workspace.write('long.st', Buffer.from(encodeContainer({ tensors, metadata: { ...metadata, spec: long } })));
    const { err: tooLong } = await nnspec(['predict', 'long.st', 'rows.csv'], { cwd });
    assert.match(
      tooLong,
      /long\.st: The spec in this weights file .*: A spec may have 256 kB, but this one has 301 kB/,
    );
  });
});
