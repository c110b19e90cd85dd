/** The functions of a compiled network as JavaScript calls them. */
import type { CompiledNetwork } from './network';

export type Exports = Readonly<Record<string, (...numbers: number[]) => number>>;

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Exports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
}

/**
 * For a tiny network, which trains in less time than it takes to generate all its functions. Each function is
 * generated and compiled when it is first asked for, in a module of its own with those that it calls. A plain
 * run asks for no phase, a probe for no whole step.
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
