import type { Ended, EpochRecord, Started } from '../../protocol/engine';
import type { Output } from '../io';
import { jsonLine } from '../json';
import type { TrainReport } from './report';

/** One JSON object a line: `start`, one `epoch` for each, `end`. Fields and their order are public. */
export class JsonReport implements TrainReport {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  stage(): void {}

  start({ name, seed, parameters, samples, layers, engine, resumed }: Started): void {
    this.#write({
      event: 'start',
      name,
      seed,
      parameters,
      samples: { train: samples.train, validation: samples.validation, test: samples.test },
      layers: layers.map((layer) => ({
        name: layer.name,
        type: layer.type,
        shape: layer.shape,
        parameters: layer.parameters,
      })),
      engine: { version: engine.version, backend: engine.backend, threads: engine.threads },
      ...(resumed && { resumed: { epochs: resumed.epochs, step: resumed.step } }),
    });
  }

  epochs(records: readonly EpochRecord[]): void {
    // A single write: one for each line would take longer than an epoch of a small network.
    const lines = records.map(({ epoch, step, values }) =>
      jsonLine({ event: 'epoch', epoch, step, ...Object.fromEntries(values) }),
    );
    this.#output.write(lines.join(''));
  }

  progress(): void {}

  end({ reason, epochs, seconds, final, expect, divergence }: Ended): void {
    const { train, validation, test } = final;
    this.#write({
      event: 'end',
      reason,
      epochs,
      seconds,
      final: {
        ...(train && { train: Object.fromEntries(train) }),
        ...(validation && { validation: Object.fromEntries(validation) }),
        ...(test && { test: Object.fromEntries(test) }),
      },
      expect: expect.map(({ text, ok, value }) => ({ text, ok, value })),
      ...(divergence && {
        message: divergence.message,
        layer: divergence.layer,
        step: divergence.step,
        tensor: divergence.tensor,
      }),
    });
  }

  close(): void {}

  #write(event: object): void {
    this.#output.write(jsonLine(event));
  }
}
