/** The functions of a compiled network as JavaScript calls them. */
import type { CompiledNetwork } from './network';

export type Exports = Readonly<Record<string, (...numbers: number[]) => number>>;

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Exports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
}

/**
 * Generates and compiles each function when it is first used, in a module of its own with those that it
 * calls. A tiny network trains in less time than it would take to generate all its functions, and most runs
 * use only phases, or only whole steps.
 */
export function exportsOnDemand({ module, pages }: CompiledNetwork, memory: WebAssembly.Memory): Exports {
  const exports: Exports = {};
  for (const name of module.names) {
    const get = (): Exports[string] => {
      const value = instantiate(new WebAssembly.Module(module.buildOnly(name, pages)), memory)[name];
      Object.defineProperty(exports, name, { value });
      return value;
    };
    Object.defineProperty(exports, name, { configurable: true, get });
  }
  return exports;
}
