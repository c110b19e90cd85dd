import { Bytes } from './bytes';
import { FunctionBuilder, type Parameters } from './functionBuilder';
import { type Expr, expression, typeCodes, type ValueType } from './types';

/** Bytes of a page, the unit of memory. */
export const pageSize = 65536;

const section = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const;

export interface FunctionOptions<P extends Parameters, R extends ValueType | 'none'> {
  readonly parameters?: P;
  readonly result?: R;
}

/** A module that imports one memory, `env.memory`. Each instance has a thread number, initially 0. */
export class ModuleBuilder {
  readonly #functions: FunctionBuilder[] = [];
  readonly #names = new Set<string>();
  readonly #constants: (() => number)[] = [];

  /**
   * A constant that is known only when everything has been added: `value` is called when the module is built.
   */
  constant(value: () => number): Expr<'i32'> {
    this.#constants.push(value);
    // The thread's number comes first.
    const index = this.#constants.length;
    return expression('i32', (code) => {
      code.byte(0x23);
      code.unsigned(index);
    });
  }

  /** Names of the functions. */
  get names(): readonly string[] {
    return this.#functions.map(({ name }) => name);
  }

  /**
   * Adds a function, which JavaScript can call by its name. `write` adds its statements when a module that
   * contains it is built.
   */
  function<P extends Parameters = Record<never, never>, R extends ValueType | 'none' = 'none'>(
    name: string,
    options: FunctionOptions<P, R> = {},
    write?: (f: FunctionBuilder<P, R>) => void,
  ): FunctionBuilder<P, R> {
    const { parameters = {} as P, result = 'none' as R } = options;
    if (this.#names.has(name)) {
      throw new Error(`The module has a function ${name} already: give each its own name.`);
    }
    const builder = new FunctionBuilder(name, this.#functions.length, parameters, result, write);
    this.#names.add(name);
    this.#functions.push(builder as unknown as FunctionBuilder);
    return builder;
  }

  /**
   * Builds the module of all functions. `pages` is the size of its memory, `shared` whether threads share it.
   */
  build(pages: number, shared = false): Uint8Array<ArrayBuffer> {
    return this.#assemble(new Set(this.#functions), pages, shared);
  }

  /** Builds a module of one function and those that it calls, for a memory that is not shared. */
  buildOnly(name: string, pages: number): Uint8Array<ArrayBuffer> {
    const wanted = new Set(this.#functions.filter((each) => each.name === name));
    // The loop also visits the functions that it adds.
    for (const each of wanted) {
      for (const index of each.called()) {
        wanted.add(this.#functions[index]);
      }
    }
    return this.#assemble(wanted, pages, false);
  }

  #assemble(wanted: ReadonlySet<FunctionBuilder>, pages: number, shared: boolean): Uint8Array<ArrayBuffer> {
    const bodies = new Bytes();
    for (const builder of this.#functions) {
      // A function that is not wanted stays empty, so that every function keeps its index.
      bodies.sized(wanted.has(builder) ? builder.body() : unreachable());
    }

    const types = new Map<string, number>();
    const typeSection = new Bytes();
    const indices = this.#functions.map(({ parameters, result }) => {
      const signature = new Bytes();
      signature.byte(0x60);
      const inputs = Object.values(parameters);
      signature.unsigned(inputs.length);
      for (const type of inputs) {
        signature.byte(typeCodes[type]);
      }
      signature.unsigned(result === 'none' ? 0 : 1);
      if (result !== 'none') {
        signature.byte(typeCodes[result]);
      }
      const key = signature.toArray().join();
      const known = types.get(key);
      if (known !== undefined) {
        return known;
      }
      types.set(key, types.size);
      typeSection.append(signature);
      return types.size - 1;
    });

    const module = new Bytes();
    module.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const add = (id: number, content: (bytes: Bytes) => void): void => {
      const bytes = new Bytes();
      content(bytes);
      module.byte(id);
      module.sized(bytes);
    };
    add(section.type, (bytes) => {
      bytes.unsigned(types.size);
      bytes.append(typeSection);
    });
    add(section.import, (bytes) => {
      bytes.unsigned(1);
      bytes.name('env');
      bytes.name('memory');
      bytes.byte(2);
      // A shared memory must state its largest size; both kinds do, and neither grows.
      bytes.byte(shared ? 3 : 1);
      bytes.unsigned(pages);
      bytes.unsigned(pages);
    });
    add(section.function, (bytes) => {
      bytes.unsigned(indices.length);
      for (const index of indices) {
        bytes.unsigned(index);
      }
    });
    add(section.global, (bytes) => {
      bytes.unsigned(1 + this.#constants.length);
      const global = (value: number, mutable: boolean): void => {
        bytes.byte(typeCodes.i32);
        bytes.byte(mutable ? 1 : 0);
        bytes.byte(0x41);
        bytes.signed(value);
        bytes.byte(0x0b);
      };
      global(0, true);
      for (const value of this.#constants) {
        global(value(), false);
      }
    });
    add(section.export, (bytes) => {
      bytes.unsigned(wanted.size);
      for (const { name, index } of wanted) {
        bytes.name(name);
        bytes.byte(0);
        bytes.unsigned(index);
      }
    });
    const count = new Bytes();
    count.unsigned(this.#functions.length);
    module.byte(section.code);
    module.unsigned(count.length + bodies.length);
    module.append(count);
    // The bodies of thousands of layers are some megabytes: they are copied once.
    return module.joinedWith(bodies);
  }
}

/** A body that must not run: no locals, and a trap. */
function unreachable(): Bytes {
  const body = new Bytes();
  body.bytes([0, 0x00, 0x0b]);
  return body;
}
