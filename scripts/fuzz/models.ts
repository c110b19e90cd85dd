/** Predictions and resumed runs of files that others saved, and forecasts of any numbers. */
import assert from 'node:assert/strict';
import { decodeCheckpoint } from '../../src/engine';
import { sealCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { outcomeOf, parseSpec, predictionsOf } from '../../src/language';
import type { EngineEvent, Reply } from '../../src/protocol/engine';
import { predictionsCsv, predictTable, specTextOf } from '../../src/server/predictTable';
import { flatLayers } from '../../src/spec/flatLayers';
import type { Forecast } from '../../src/spec/measurements';
import { startInProcess } from '../../test/harness/inProcess';
import { measured } from '../../test/harness/measured';
import { type Area, showBytes } from './area';
import { answered, environment, noFiles, savedFiles, startOptions } from './engines';
import { mutateBytes, mutateHeader, mutateText, Random } from './random';
import { examples, words } from './specs';

const table = `size,colour,kind\n${['1,red,a', '2,blue,b', '3,red,c', '4,green,a', '5,blue,b', '6,red,c'].join('\n')}\n`;
const tableSpec = `
seed: 1
data: { file: a.csv, target: kind, split: { train: 1 } }
model:
  layers:
    - dense: { units: 4, activation: relu }
    - dense: { units: 3, activation: softmax }
training: { batch_size: 2, epochs: 2 }
`;

const isSaid = (problems: readonly { readonly message: string }[]) =>
  assert.ok(problems.length > 0 && problems.every(({ message }) => message.length > 10), 'refused without a sentence');

/** Weights and a table; one that is missing is the right one. */
export async function predictions(): Promise<Area<readonly Uint8Array[]>> {
  const { weights: own } = await savedFiles(tableSpec, table);
  const rightTable = new TextEncoder().encode(table);
  return {
    name: 'predictions',
    share: 0.1,
    make(random) {
      const weights = random.once(3) ? mutateBytes(own, random) : mutateHeader(own, random);
      const text = mutateText(table, ['', ',', '\n', '"', 'red', 'size', '1e999', 'NaN', '한'], random);
      return random.once(3) ? [own, new TextEncoder().encode(text)] : [weights, rightTable];
    },
    check([weights = own, bytes = rightTable]) {
      const text = specTextOf(weights);
      const spec = 'ok' in text ? parseSpec(text.ok, { fileName: 'a.nnspec' }).spec : undefined;
      const result = predictTable(weights, spec, bytes, 'a.csv');
      if ('ok' in result) {
        const { rows, names, outputs, classes } = result.ok;
        assert.equal(outputs.length, rows * names.length, 'the outputs are not rows times names');
        assert.equal(classes?.length ?? rows, rows, 'a class is missing');
        assert.ok(rows < 1000 && [...predictionsCsv(result.ok)].length === rows + 1, 'a line is missing');
      } else {
        isSaid('problems' in result ? result.problems : [{ message: result.problem }]);
      }
    },
    show: (list) => list.map(showBytes).join(' '),
  };
}

/** Damaged checkpoints with a right checksum, which an engine resumes, trains on and saves. */
export function resumes(own: Uint8Array): Area<Uint8Array> {
  return {
    name: 'resumes',
    share: 0.03,
    make(random) {
      const bytes = random.once(3) ? mutateBytes(own, random) : mutateHeader(own, random);
      if (bytes.length > 200) {
        sealCheckpoint(bytes);
      }
      return bytes;
    },
    async check(bytes) {
      await goOn(bytes);
    },
    show: showBytes,
  };
}

/** Resumes a checkpoint, trains on and saves. False where it is refused with a sentence. */
export async function goOn(checkpoint: Uint8Array): Promise<boolean> {
  const engine = startInProcess(noFiles, environment);
  const events: EngineEvent[] = [];
  const { client } = engine;
  const first = new Promise<void>((done) => {
    client.onEvent((event) => {
      events.push(event);
      if (event.type === 'started' || event.type === 'refused' || event.type === 'failed') {
        done();
      }
    });
  });
  try {
    await answered(client.ask('start', startOptions({ paused: true, resume: checkpoint })), 'start');
    await answered(first, 'start');
    for (const event of events) {
      if (event.type === 'refused') {
        isSaid(event.problems);
        return false;
      }
    }
    for (const ask of [
      () => client.ask('step', { unit: 'phase' }),
      () => client.ask('saveCheckpoint', null),
      () => client.ask('step', { unit: 'epoch' }),
      () => measured(client, 'confusion', { part: 'train' }),
    ]) {
      const reply: Reply<unknown> = await answered<Reply<unknown>>(ask(), 'a request after the resume');
      assert.ok(!('err' in reply && reply.err.code === 'internal'), 'err' in reply ? reply.err.message : '');
      if ('ok' in reply && reply.ok instanceof Uint8Array) {
        const saved = decodeCheckpoint(reply.ok);
        assert.ok('ok' in saved, 'problem' in saved ? saved.problem : '');
      }
    }
    for (const event of events) {
      assert.ok(event.type !== 'failed', event.type === 'failed' ? event.failure.message : '');
    }
    return true;
  } finally {
    engine.dispose();
  }
}

const numbers = [0, -1, 1e-30, 1e-6, 0.02, 0.5, 1, 3, 1e6, 1e300, Number.NaN, Number.POSITIVE_INFINITY];

/** Texts of specs, the first of them measured, and after them the random numbers of its forecast. */
export const forecasts: Area<string> = {
  name: 'forecasts',
  share: 0.02,
  make: (random) => (random.once(3) ? random.pick(examples) : mutateText(random.pick(examples), words, random)),
  check(text) {
    const parsed = parseSpec(text, { fileName: 'a.nnspec' });
    const { spec, lines } = parsed;
    if (!spec) {
      assert.deepEqual(predictionsOf(parsed, { samples: 1, layers: [], loss: 1, outputSpread: 1 }), []);
      return;
    }
    // The text alone decides the numbers, so that a shrunk input is an input.
    const random = new Random(text.length, lines.count);
    const measured = measure(random, flatLayers(spec.layers).length);
    for (const { problem, trials } of predictionsOf(parsed, measured)) {
      const [from, to] = [lines.offsetAt(problem.range.start), lines.offsetAt(problem.range.end)];
      assert.ok(problem.message.length > 10 && 0 <= from && from <= to && to <= text.length, 'the range or message');
      if (problem.message.includes('before any training')) {
        assert.ok(!(Math.abs(measured.loss) <= 1e6), 'a sound loss is said to overflow');
      }
      for (const trial of trials) {
        const after = measure(random, flatLayers(trial.spec.layers).length);
        const outcome = outcomeOf(trial, { spec, forecast: measured }, after);
        assert.ok(!outcome || (outcome.better > 0 && !/undefined/.test(outcome.fix.title)), 'the title or its worth');
      }
    }
  },
  show: JSON.stringify,
};

function measure(random: Random, layers: number): Forecast {
  const any = () => random.pick(numbers);
  const share = () => (random.once(3) ? undefined : random.below(11) / 10);
  return {
    samples: random.below(128) + 1,
    layers: Array.from({ length: layers }, (_, layer) => ({
      layer,
      delta: random.once(3) ? undefined : any(),
      saturated: share(),
      dead: share(),
      units: random.once(3) ? undefined : random.below(4),
    })),
    loss: random.once(3) ? any() : 0.7,
    outputSpread: any(),
  };
}
