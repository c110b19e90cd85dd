import { Bytes } from './bytes';
import { Code } from './code';
import { asF32, asF64, asI32, i32 } from './instructions';
import {
  type Expr,
  expression,
  type F32,
  type F64,
  type I32,
  type Local,
  typeCodes,
  type V128,
  type ValueType,
} from './types';

export type Parameters = Readonly<Record<string, ValueType>>;
export type Locals<P extends Parameters> = { readonly [K in keyof P]: Local<P[K]> };
/** The arguments of a call, by parameter name; a number stands for a constant. */
export type Arguments<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends 'i32' | 'f32' | 'f64' ? Expr<P[K]> | number : Expr<P[K]>;
};

/** A target of branches: the end of a block, or the beginning of a loop. */
export interface Label {
  readonly depth: number;
}

const noResult = 0x40;

/**
 * A function under construction: locals, and statements in the order of the calls. `ModuleBuilder.build`
 * takes its body. Its statements are added at once, or by `write`, which runs when the body is first needed.
 */
export class FunctionBuilder<P extends Parameters = Parameters, R extends ValueType | 'none' = ValueType | 'none'> {
  readonly name: string;
  readonly index: number;
  readonly parameters: P;
  readonly result: R;
  /** The parameters as locals. */
  readonly p: Locals<P>;
  readonly #locals: ValueType[] = [];
  readonly #code = new Code(() => this.local('v128').index);
  #depth = 0;
  #write: (() => void) | undefined;

  constructor(name: string, index: number, parameters: P, result: R, write?: (f: FunctionBuilder<P, R>) => void) {
    this.name = name;
    this.index = index;
    this.parameters = parameters;
    this.result = result;
    this.#write = write && (() => write(this));
    const named = Object.entries(parameters).map(([key, type], i) => [key, local(type, i)] as const);
    this.p = Object.fromEntries(named) as unknown as Locals<P>;
  }

  /** A new variable; 0 until it is set. */
  local<T extends ValueType>(type: T): Local<T> {
    this.#locals.push(type);
    return local(type, Object.keys(this.parameters).length + this.#locals.length - 1);
  }

  /** A new variable that begins with this value. */
  let<T extends ValueType>(value: Expr<T>): Local<T> {
    const variable = this.local(value.type);
    this.set(variable, value);
    return variable;
  }

  set<T extends ValueType>(variable: Local<T>, value: Expr<T>): void {
    value.emit(this.#code);
    this.#code.byte(0x21);
    this.#code.unsigned(variable.index);
  }

  /** variable += amount */
  increase(variable: Local<'i32'>, amount: I32): void {
    if (amount !== 0) {
      this.set(variable, i32.add(variable, amount));
    }
  }

  storeV128(address: I32, value: V128, offset = 0): void {
    this.#store([0xfd, 11], 2, address, value, offset);
  }

  storeF32(address: I32, value: F32, offset = 0): void {
    this.#store([0x38], 2, address, asF32(value), offset);
  }

  storeF64(address: I32, value: F64, offset = 0): void {
    this.#store([0x39], 3, address, asF64(value), offset);
  }

  storeI32(address: I32, value: I32, offset = 0): void {
    this.#store([0x36], 2, address, asI32(value), offset);
  }

  /** Stores the first `lanes` (1 to 4) 32-bit lanes, and writes nothing beyond them. */
  storeLanes(address: I32, value: Local<'v128'>, lanes: number, offset = 0): void {
    if (lanes >= 4) {
      this.storeV128(address, value, offset);
      return;
    }
    if (lanes >= 2) {
      this.#store([0xfd, 91], 2, address, value, offset);
      this.#code.byte(0);
    }
    if (lanes % 2 === 1) {
      this.storeLane(address, value, lanes - 1, offset + (lanes - 1) * 4);
    }
  }

  /** Stores one 32-bit lane. */
  storeLane(address: I32, value: Local<'v128'>, lane: number, offset = 0): void {
    this.#store([0xfd, 90], 2, address, value, offset);
    this.#code.byte(lane);
  }

  /** Copies bytes `[from, from + length)` to `to`; the ranges may overlap. */
  copyMemory(to: I32, from: I32, length: I32): void {
    for (const operand of [to, from, length]) {
      asI32(operand).emit(this.#code);
    }
    this.#code.bytes([0xfc, 10, 0, 0]);
  }

  fillMemory(to: I32, byte: I32, length: I32): void {
    for (const operand of [to, byte, length]) {
      asI32(operand).emit(this.#code);
    }
    this.#code.bytes([0xfc, 11, 0]);
  }

  block(body: (exit: Label) => void): void {
    this.#nested(0x02, body);
  }

  /** A body that runs once, unless it branches to `again`. */
  loop(body: (again: Label) => void): void {
    this.#nested(0x03, body);
  }

  branch(label: Label): void {
    this.#code.byte(0x0c);
    this.#code.unsigned(this.#depth - label.depth);
  }

  branchIf(label: Label, condition: I32): void {
    asI32(condition).emit(this.#code);
    this.#code.byte(0x0d);
    this.#code.unsigned(this.#depth - label.depth);
  }

  if(condition: I32, body: () => void, otherwise?: () => void): void {
    asI32(condition).emit(this.#code);
    this.#nested(0x04, () => {
      body();
      if (otherwise) {
        this.#code.byte(0x05);
        otherwise();
      }
    });
  }

  while(condition: I32, body: () => void): void {
    this.if(condition, () =>
      this.loop((again) => {
        body();
        this.branchIf(again, condition);
      }),
    );
  }

  /** Runs the body `times` times. A constant count needs no test before the first run. */
  repeat(times: I32, body: () => void): void {
    if (times === 0) {
      return;
    }
    if (times === 1) {
      body();
      return;
    }
    const left = this.let(asI32(times));
    const counted = () =>
      this.loop((again) => {
        body();
        this.set(left, i32.sub(left, 1));
        this.branchIf(again, left);
      });
    if (typeof times === 'number') {
      counted();
    } else {
      this.if(i32.gt_s(left, 0), counted);
    }
  }

  /** for (variable = from; variable < to; variable += step); `to` is evaluated each time. */
  range(variable: Local<'i32'>, from: I32, to: I32, step: number, body: () => void): void {
    this.set(variable, asI32(from));
    const counted = () =>
      this.loop((again) => {
        body();
        this.set(variable, i32.add(variable, step));
        this.branchIf(again, i32.lt_s(variable, to));
      });
    if (typeof from === 'number' && typeof to === 'number') {
      if (from < to) {
        counted();
      }
    } else {
      this.if(i32.lt_s(variable, to), counted);
    }
  }

  /** Divides `[from, to)` into ranges `[first, end)` of `step` numbers; the last one may be shorter. */
  subranges(from: I32, to: Local<'i32'>, step: number, body: (first: Local<'i32'>, end: Local<'i32'>) => void): void {
    const [first, end] = [this.local('i32'), this.local('i32')];
    this.range(first, from, to, step, () => {
      this.set(end, i32.add(first, step));
      this.if(i32.gt_s(end, to), () => this.set(end, to));
      body(first, end);
    });
  }

  return(value?: R extends ValueType ? Expr<R> : never): void {
    value?.emit(this.#code);
    this.#code.byte(0x0f);
  }

  /** Sets the number of this instance's thread. */
  setThread(thread: I32): void {
    asI32(thread).emit(this.#code);
    this.#code.bytes([0x24, 0]);
  }

  /** Calls a function that returns nothing. */
  do<Q extends Parameters>(callee: FunctionBuilder<Q, 'none'>, args: Arguments<Q>): void {
    emitCall(this.#code, callee, args);
  }

  /** Indices of the functions that it calls. */
  called(): ReadonlySet<number> {
    this.#finish();
    return this.#code.called;
  }

  /** The encoded body: locals, constants, statements. */
  body(): Bytes {
    this.#finish();
    const content = new Bytes();
    content.unsigned(this.#locals.length);
    for (const type of this.#locals) {
      content.unsigned(1);
      content.byte(typeCodes[type]);
    }
    content.append(this.#code.prologue());
    content.append(this.#code);
    // A function that returned everywhere never reaches its end, but the format wants a value there.
    if (this.result !== 'none') {
      content.byte(0x00);
    }
    content.byte(0x0b);
    return content;
  }

  atomicStore(address: I32, value: I32, offset = 0): void {
    this.#store([0xfe, 0x17], 2, address, asI32(value), offset);
  }

  /** Wakes all threads that wait at an address. */
  atomicNotify(address: I32, offset = 0): void {
    asI32(address).emit(this.#code);
    i32.const(-1).emit(this.#code);
    this.#code.bytes([0xfe, 0x00, 2]);
    this.#code.unsigned(offset);
    this.#code.byte(0x1a);
  }

  /**
   * Sleeps while the number is `expected`, for at most `nanoseconds`. A browser's main thread must not sleep.
   */
  atomicWait(address: I32, expected: I32, nanoseconds: Expr<'i64'>, offset = 0): void {
    asI32(address).emit(this.#code);
    asI32(expected).emit(this.#code);
    nanoseconds.emit(this.#code);
    this.#code.bytes([0xfe, 0x01, 2]);
    this.#code.unsigned(offset);
    this.#code.byte(0x1a);
  }

  #finish(): void {
    const write = this.#write;
    this.#write = undefined;
    write?.();
  }

  #store(opcode: readonly number[], alignment: number, address: I32, value: Expr<ValueType>, offset: number): void {
    asI32(address).emit(this.#code);
    value.emit(this.#code);
    this.#code.bytes(opcode);
    this.#code.unsigned(alignment);
    this.#code.unsigned(offset);
  }

  #nested(opcode: number, body: (label: Label) => void): void {
    this.#code.byte(opcode);
    this.#code.byte(noResult);
    this.#depth++;
    body({ depth: this.#depth });
    this.#depth--;
    this.#code.byte(0x0b);
  }
}

/** The number of this instance's thread. */
export const threadNumber = (): Expr<'i32'> => expression('i32', (code) => code.bytes([0x23, 0]));

/** The value that a function returns. */
export function call<P extends Parameters, R extends ValueType>(
  callee: FunctionBuilder<P, R>,
  args: Arguments<P>,
): Expr<R> {
  return expression(callee.result, (code) => emitCall(code, callee, args));
}

/** Adds to the number at an address atomically; returns the number that was there. */
export function atomicAdd(address: I32, amount: I32, offset = 0): Expr<'i32'> {
  return expression('i32', (code) => {
    asI32(address).emit(code);
    asI32(amount).emit(code);
    code.bytes([0xfe, 0x1e, 2]);
    code.unsigned(offset);
  });
}

function local<T extends ValueType>(type: T, index: number): Local<T> {
  return {
    type,
    index,
    emit(code) {
      code.byte(0x20);
      code.unsigned(index);
    },
  };
}

function emitCall<P extends Parameters>(
  code: Bytes,
  callee: FunctionBuilder<P, ValueType | 'none'>,
  args: Arguments<P>,
): void {
  for (const [name, type] of Object.entries(callee.parameters)) {
    const value = args[name] as Expr<ValueType> | number;
    if (typeof value !== 'number') {
      value.emit(code);
    } else if (type === 'i32') {
      asI32(value).emit(code);
    } else if (type === 'f32') {
      asF32(value).emit(code);
    } else {
      asF64(value).emit(code);
    }
  }
  code.call(callee.index);
}
