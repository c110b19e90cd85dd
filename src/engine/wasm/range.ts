import type { Local } from '../../assembler';

/** The range `[from, to)` of a loop: rows of the batch, planes, slices or numbers. */
export interface Range {
  readonly from: Local<'i32'>;
  readonly to: Local<'i32'>;
}
