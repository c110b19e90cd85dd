/**
 * The instructions that kernels are written with, named as in the WebAssembly specification. Each builds an
 * expression. Instructions that store or branch are methods of `FunctionBuilder`. Numbers stand for
 * constants.
 */
import type { Bytes } from './bytes';
import {
  type Expr,
  expression,
  type F32,
  type F32x4,
  type F64,
  type F64x2,
  type I8x16,
  type I16x8,
  type I32,
  type I32x4,
  type V128,
  type ValueType,
} from './types';

const simdPrefix = 0xfd;
const atomicPrefix = 0xfe;

const constI32 = (value: number): Expr<'i32'> =>
  expression('i32', (code) => {
    code.byte(0x41);
    code.signed(value);
  });
const constI64 = (value: bigint): Expr<'i64'> =>
  expression('i64', (code) => {
    code.byte(0x42);
    code.signed64(value);
  });
const constF32 = (value: number): Expr<'f32'> =>
  expression('f32', (code) => {
    code.byte(0x43);
    code.float32(value);
  });
const constF64 = (value: number): Expr<'f64'> =>
  expression('f64', (code) => {
    code.byte(0x44);
    code.float64(value);
  });

const lanes = new DataView(new ArrayBuffer(16));

function constV128(fill: (view: DataView) => void): V128 {
  fill(lanes);
  const bytes = new Uint8Array(lanes.buffer).slice();
  return expression('v128', (code) => code.vectorConstant(bytes));
}

export const asI32 = (value: I32): Expr<'i32'> => (typeof value === 'number' ? constI32(value) : value);
export const asF32 = (value: F32): Expr<'f32'> => (typeof value === 'number' ? constF32(value) : value);
export const asF64 = (value: F64): Expr<'f64'> => (typeof value === 'number' ? constF64(value) : value);
const asI64 = (value: Expr<'i64'> | bigint): Expr<'i64'> => (typeof value === 'bigint' ? constI64(value) : value);

/** A kind of lanes: the bytes of a lane, and how its number is encoded. */
interface Lane {
  readonly size: number;
  readonly write: (view: DataView, at: number, value: number) => void;
}

const int8: Lane = { size: 1, write: (view, at, value) => view.setUint8(at, value) };
const int16: Lane = { size: 2, write: (view, at, value) => view.setInt16(at, value, true) };
const int32: Lane = { size: 4, write: (view, at, value) => view.setInt32(at, value, true) };
const float32: Lane = { size: 4, write: (view, at, value) => view.setFloat32(at, value, true) };
const float64: Lane = { size: 8, write: (view, at, value) => view.setFloat64(at, value, true) };

/** The same number in all lanes. The sign of a zero is kept, the payload of a NaN is not. */
const inAll =
  ({ size, write }: Lane) =>
  (value: V128 | number): V128 =>
    typeof value !== 'number'
      ? value
      : constV128((view) => {
          for (let at = 0; at < 16; at += size) {
            write(view, at, value);
          }
        });

const asI8x16: (value: I8x16) => V128 = inAll(int8);
const asI16x8: (value: I16x8) => V128 = inAll(int16);
const asI32x4: (value: I32x4) => V128 = inAll(int32);
const asF32x4: (value: F32x4) => V128 = inAll(float32);
const asF64x2: (value: F64x2) => V128 = inAll(float64);

type Emit = (code: Bytes) => void;
const plain =
  (opcode: number): Emit =>
  (code) =>
    code.byte(opcode);
const simd =
  (opcode: number): Emit =>
  (code) => {
    code.byte(simdPrefix);
    code.unsigned(opcode);
  };

/** Operands first, then the instruction: the order of a stack machine. */
function unary<A, R extends ValueType>(type: R, operation: Emit, as: (a: A) => Expr<ValueType>) {
  return (a: A): Expr<R> => {
    const operand = as(a);
    return expression(type, (code) => {
      operand.emit(code);
      operation(code);
    });
  };
}

function binary<A, R extends ValueType>(type: R, operation: Emit, as: (a: A) => Expr<ValueType>) {
  return (a: A, b: A): Expr<R> => {
    const left = as(a);
    const right = as(b);
    return expression(type, (code) => {
      left.emit(code);
      right.emit(code);
      operation(code);
    });
  };
}

/** `alignment` is a hint: the address should be a multiple of 2^alignment. */
function load<R extends ValueType>(type: R, operation: Emit, alignment: number) {
  return (address: I32, offset = 0): Expr<R> => {
    const from = asI32(address);
    return expression(type, (code) => {
      from.emit(code);
      operation(code);
      code.unsigned(alignment);
      code.unsigned(offset);
    });
  };
}

const i32Unary = (opcode: number) => unary('i32', plain(opcode), asI32);
const i32Binary = (opcode: number) => binary('i32', plain(opcode), asI32);
const i64Unary = (opcode: number) => unary('i64', plain(opcode), asI64);
const i64Binary = (opcode: number) => binary('i64', plain(opcode), asI64);
const f32Binary = (opcode: number) => binary('f32', plain(opcode), asF32);
const f32Compare = (opcode: number) => binary('i32', plain(opcode), asF32);
const f64Unary = (opcode: number) => unary('f64', plain(opcode), asF64);
const f64Binary = (opcode: number) => binary('f64', plain(opcode), asF64);
const f64Compare = (opcode: number) => binary('i32', plain(opcode), asF64);
const vUnary = (opcode: number) => unary('v128', simd(opcode), (a: V128) => a);
const vBinary = (opcode: number) => binary('v128', simd(opcode), (a: V128) => a);
const f32x4Unary = (opcode: number) => unary('v128', simd(opcode), asF32x4);
const f32x4Binary = (opcode: number) => binary('v128', simd(opcode), asF32x4);
const i8x16Binary = (opcode: number) => binary('v128', simd(opcode), asI8x16);
const i16x8Binary = (opcode: number) => binary('v128', simd(opcode), asI16x8);
const i32x4Binary = (opcode: number) => binary('v128', simd(opcode), asI32x4);
const f64x2Unary = (opcode: number) => unary('v128', simd(opcode), asF64x2);
const f64x2Binary = (opcode: number) => binary('v128', simd(opcode), asF64x2);

/** A shift of all lanes by the same count. */
function shift<A>(opcode: number, as: (a: A) => V128) {
  return (a: A, count: I32): V128 => {
    const [lanes, by] = [as(a), asI32(count)];
    return expression('v128', (code) => {
      lanes.emit(code);
      by.emit(code);
      simd(opcode)(code);
    });
  };
}

/** The number in one lane. */
function extract<R extends ValueType>(type: R, opcode: number) {
  return (a: V128, lane: number): Expr<R> =>
    expression(type, (code) => {
      a.emit(code);
      simd(opcode)(code);
      code.byte(lane);
    });
}

export const i32 = {
  const: constI32,
  eqz: i32Unary(0x45),
  eq: i32Binary(0x46),
  ne: i32Binary(0x47),
  lt_s: i32Binary(0x48),
  lt_u: i32Binary(0x49),
  gt_s: i32Binary(0x4a),
  ge_s: i32Binary(0x4e),
  ge_u: i32Binary(0x4f),
  /** Zeros below the lowest bit that is 1; 32 where none is. */
  ctz: i32Unary(0x68),
  add: i32Binary(0x6a),
  sub: i32Binary(0x6b),
  mul: i32Binary(0x6c),
  div_u: i32Binary(0x6e),
  rem_u: i32Binary(0x70),
  and: i32Binary(0x71),
  or: i32Binary(0x72),
  xor: i32Binary(0x73),
  shl: i32Binary(0x74),
  shr_u: i32Binary(0x76),
  load: load('i32', plain(0x28), 2),
  load8_u: load('i32', plain(0x2d), 0),
  wrap_i64: unary('i32', plain(0xa7), asI64),
  trunc_sat_f64_s: unary('i32', (code) => code.bytes([0xfc, 2]), asF64),
  atomic: {
    load: load('i32', (code) => code.bytes([atomicPrefix, 0x10]), 2),
  },
};

export const i64 = {
  const: constI64,
  eqz: unary('i32', plain(0x50), asI64),
  /** Zeros below the lowest bit that is 1; 64 where none is. */
  ctz: i64Unary(0x7a),
  /** The number of bits that are 1. */
  popcnt: i64Unary(0x7b),
  sub: i64Binary(0x7d),
  and: i64Binary(0x83),
  or: i64Binary(0x84),
  shl: i64Binary(0x86),
  shr_u: i64Binary(0x88),
  extend_i32_u: unary('i64', plain(0xad), asI32),
  reinterpret_f64: unary('i64', plain(0xbd), asF64),
};

export const f32 = {
  const: constF32,
  eq: f32Compare(0x5b),
  le: f32Compare(0x5f),
  add: f32Binary(0x92),
  div: f32Binary(0x95),
  max: f32Binary(0x97),
  load: load('f32', plain(0x2a), 2),
  demote_f64: unary('f32', plain(0xb6), asF64),
  convert_i32_s: unary('f32', plain(0xb2), asI32),
};

export const f64 = {
  const: constF64,
  eq: f64Compare(0x61),
  ne: f64Compare(0x62),
  lt: f64Compare(0x63),
  gt: f64Compare(0x64),
  le: f64Compare(0x65),
  floor: f64Unary(0x9c),
  sqrt: f64Unary(0x9f),
  add: f64Binary(0xa0),
  sub: f64Binary(0xa1),
  mul: f64Binary(0xa2),
  div: f64Binary(0xa3),
  load: load('f64', plain(0x2b), 3),
  promote_f32: unary('f64', plain(0xbb), asF32),
  convert_i32_s: unary('f64', plain(0xb7), asI32),
  convert_i32_u: unary('f64', plain(0xb8), asI32),
  reinterpret_i64: unary('f64', plain(0xbf), asI64),
};

export const v128 = {
  /** A constant of four int32 lanes. */
  const32: (lanes: readonly [number, number, number, number]): V128 =>
    constV128((view) => {
      for (const [lane, value] of lanes.entries()) {
        int32.write(view, lane * 4, value);
      }
    }),
  load: load('v128', simd(0), 2),
  /** Loads a 32-bit number into all four lanes. */
  load32_splat: load('v128', simd(9), 2),
  /** Load the lowest lanes; the others are 0. */
  load32_zero: load('v128', simd(92), 2),
  load64_zero: load('v128', simd(93), 2),
  /** The vector with one 32-bit lane loaded from memory. */
  load32_lane: (address: I32, vector: V128, lane: number, offset = 0): V128 => {
    const from = asI32(address);
    return expression('v128', (code) => {
      from.emit(code);
      vector.emit(code);
      simd(86)(code);
      code.unsigned(2);
      code.unsigned(offset);
      code.byte(lane);
    });
  },
  not: vUnary(77),
  and: vBinary(78),
  andnot: vBinary(79),
  or: vBinary(80),
  xor: vBinary(81),
  any_true: unary('i32', simd(83), (a: V128) => a),
  /** Bits of `a` where the mask is 1, of `b` where it is 0. */
  bitselect: (a: V128, b: V128, mask: V128): V128 =>
    expression('v128', (code) => {
      a.emit(code);
      b.emit(code);
      mask.emit(code);
      simd(82)(code);
    }),
  /** Picks four 32-bit lanes: 0–3 are those of `a`, 4–7 those of `b`. */
  shuffle32: (a: V128, b: V128, lanes: readonly [number, number, number, number]): V128 =>
    expression('v128', (code) => {
      a.emit(code);
      b.emit(code);
      simd(13)(code);
      for (const lane of lanes) {
        for (let k = 0; k < 4; k++) {
          code.byte(lane * 4 + k);
        }
      }
    }),
};

const splatF32x4 = unary('v128', simd(19), asF32);
const splatI32x4 = unary('v128', simd(17), asI32);
const splatF64x2 = unary('v128', simd(20), asF64);

export const f32x4 = {
  /** The same number in all lanes. */
  const: (value: number): V128 => asF32x4(value),
  splat: (value: F32): V128 => (typeof value === 'number' ? asF32x4(value) : splatF32x4(value)),
  extract_lane: extract('f32', 31),
  eq: f32x4Binary(65),
  ne: f32x4Binary(66),
  lt: f32x4Binary(67),
  gt: f32x4Binary(68),
  le: f32x4Binary(69),
  ge: f32x4Binary(70),
  floor: f32x4Unary(104),
  abs: f32x4Unary(224),
  neg: f32x4Unary(225),
  sqrt: f32x4Unary(227),
  add: f32x4Binary(228),
  sub: f32x4Binary(229),
  mul: f32x4Binary(230),
  div: f32x4Binary(231),
  /** NaN if either is NaN. Slower than `pmin` on x86. */
  min: f32x4Binary(232),
  max: f32x4Binary(233),
  /** b < a ? b : a — one instruction on x86; a NaN in `a` stays, one in `b` is lost. */
  pmin: f32x4Binary(234),
  /** a < b ? b : a */
  pmax: f32x4Binary(235),
  convert_i32x4_s: unary('v128', simd(250), asI32x4),
  /** Two float64 lanes as the lower two float32 lanes; the upper ones are 0. */
  demote_f64x2_zero: unary('v128', simd(94), asF64x2),
};

export const i8x16 = {
  /** Lane i is lane `indices[i]` of `a`; 0 where there is none. */
  swizzle: (a: V128, indices: V128): V128 =>
    expression('v128', (code) => {
      a.emit(code);
      indices.emit(code);
      simd(14)(code);
    }),
  eq: i8x16Binary(35),
  le_u: i8x16Binary(42),
  /** The highest bits of the lanes as a number; the first lane's is the lowest bit. */
  bitmask: unary('i32', simd(100), (a: V128) => a),
  sub: i8x16Binary(113),
};

export const i16x8 = {
  /** The lanes of `a`, then those of `b`, saturated to int16. */
  narrow_i32x4_s: i32x4Binary(133),
  shr_u: shift(141, asI16x8),
  add: i16x8Binary(142),
  mul: i16x8Binary(149),
};

export const i32x4 = {
  /** The same number in all lanes. */
  const: (value: number): V128 => asI32x4(value),
  splat: (value: I32): V128 => (typeof value === 'number' ? asI32x4(value) : splatI32x4(value)),
  extract_lane: extract('i32', 27),
  eq: i32x4Binary(55),
  ne: i32x4Binary(56),
  lt_s: i32x4Binary(57),
  shl: shift(171, asI32x4),
  shr_s: shift(172, asI32x4),
  shr_u: shift(173, asI32x4),
  add: i32x4Binary(174),
  sub: i32x4Binary(177),
  /** Int32 lanes, each the sum of the products of two neighbouring int16 lanes. */
  dot_i16x8_s: i16x8Binary(186),
};

export const i64x2 = {
  /** Products of the lower, or upper, two lanes of both; the lanes are unsigned int32. */
  extmul_low_i32x4_u: i32x4Binary(222),
  extmul_high_i32x4_u: i32x4Binary(223),
};

export const f64x2 = {
  /** The same number in both lanes. */
  const: (value: number): V128 => asF64x2(value),
  splat: (value: F64): V128 => (typeof value === 'number' ? asF64x2(value) : splatF64x2(value)),
  extract_lane: extract('f64', 33),
  eq: f64x2Binary(71),
  lt: f64x2Binary(73),
  nearest: f64x2Unary(148),
  abs: f64x2Unary(236),
  add: f64x2Binary(240),
  sub: f64x2Binary(241),
  mul: f64x2Binary(242),
  div: f64x2Binary(243),
  /** NaN if either is NaN, and −0 below 0, as `Math.min` has it. */
  min: f64x2Binary(244),
  max: f64x2Binary(245),
  pmin: f64x2Binary(246),
  pmax: f64x2Binary(247),
  /** The lower two float32 lanes as float64. */
  promote_low_f32x4: unary('v128', simd(95), asF32x4),
  convert_low_i32x4_s: unary('v128', simd(254), asI32x4),
};

/** `condition ? a : b`; both are computed. */
export function select<T extends ValueType>(a: Expr<T>, b: Expr<T>, condition: I32): Expr<T> {
  const test = asI32(condition);
  return expression(a.type, (code) => {
    a.emit(code);
    b.emit(code);
    test.emit(code);
    // The untyped `select` is valid for numbers and vectors.
    code.byte(0x1b);
  });
}
