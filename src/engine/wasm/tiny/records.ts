/**
 * The samples of a tiny network, arranged for its loop: batch after batch in records of four samples, one in
 * each lane.
 *
 * ```
 *   a record:  x[0] of four samples │ x[1] … │ target[0] … │ scale │        each 16 bytes
 * ```
 *
 * The scale is a sample's weight in its batch's mean: 1/count. A lane without a sample, where the batch's
 * count is no multiple of four, repeats the batch's last sample with the scale 0, so that its numbers
 * are finite wherever that sample's are.
 */
import { type FunctionBuilder, f32, i32, type ModuleBuilder } from '../../../assembler';
import type { DataBuffers } from '../network/kernels';

export interface Records {
  readonly address: number;
  /** Bytes of a record. */
  readonly bytes: number;
  /** Lays out the first `samples` rows of the order. */
  readonly arrange: FunctionBuilder<{ readonly samples: 'i32' }, 'none'>;
}

export interface RecordOptions {
  readonly module: ModuleBuilder;
  readonly data: DataBuffers;
  readonly address: number;
  readonly batchSize: number;
}

/** Bytes of a record. */
export const recordBytes = (data: DataBuffers): number => (data.input.size + data.target.size + 1) * 16;

export function makeRecords({ module, data, address, batchSize }: RecordOptions): Records {
  const { all, order, input, target } = data;
  if (!all) {
    throw new Error('A tiny network has its samples in memory: compile it with them.');
  }
  const bytes = recordBytes(data);
  const recordsOfBatch = Math.ceil(batchSize / 4);
  const arrange = module.function('arrange', { parameters: { samples: 'i32' } as const }, (f) => {
    const { samples } = f.p;
    const [first, inBatch, count, lanes, sample, row, place] = Array.from({ length: 7 }, () => f.local('i32'));
    const [equal, scale] = [f.local('f32'), f.local('f32')];
    const batchPlace = f.let(i32.const(address));
    f.range(first, 0, samples, batchSize, () => {
      f.set(count, i32.sub(samples, first));
      f.if(i32.gt_s(count, batchSize), () => f.set(count, i32.const(batchSize)));
      f.set(equal, f32.div(1, f32.convert_i32_s(count)));
      f.set(lanes, i32.and(i32.add(count, 3), -4));
      f.range(inBatch, 0, lanes, 1, () => {
        f.set(sample, inBatch);
        f.set(scale, equal);
        f.if(i32.ge_s(inBatch, count), () => {
          f.set(sample, i32.sub(count, 1));
          f.set(scale, f32.const(0));
        });
        f.set(row, i32.load(i32.shl(i32.add(first, sample), 2), order.address));
        const group = i32.mul(i32.shr_u(inBatch, 2), bytes);
        f.set(place, i32.add(i32.add(batchPlace, group), i32.shl(i32.and(inBatch, 3), 2)));
        for (let k = 0; k < input.size; k++) {
          f.storeF32(place, f32.load(i32.mul(row, input.size * 4), all.inputs + k * 4), k * 16);
        }
        for (let k = 0; k < target.size; k++) {
          f.storeF32(place, f32.load(i32.mul(row, target.size * 4), all.targets + k * 4), (input.size + k) * 16);
        }
        f.storeF32(place, scale, (input.size + target.size) * 16);
      });
      f.increase(batchPlace, recordsOfBatch * bytes);
    });
  });
  return { address, bytes, arrange };
}
