import type { Local } from '../../assembler';

/** What a loop runs over: samples, rows, planes or numbers `[from, to)`. */
export interface Range {
  readonly from: Local<'i32'>;
  readonly to: Local<'i32'>;
}
