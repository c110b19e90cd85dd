/** Converts Python calls such as `Dense(16, activation='relu')` to the form of a spec. */
import type { ThingKind } from '../../spec/schema';
import { findParameter, findThing, findThingByAlias, type ThingEntry } from '../schema/things';

export interface Call {
  readonly entry: ThingEntry;
  /** The call as a one-key map or a bare name; undefined where an argument cannot be converted. */
  readonly written?: string;
  /** True for a map, which needs its own braces inside braces. */
  readonly isMap: boolean;
}

/** The call of a known thing; undefined for any other text. */
export function callOf(text: string, kind: ThingKind): Call | undefined {
  const call = /^([\w.]+)\s*\((.*)\)$/s.exec(text);
  if (!call) {
    return undefined;
  }
  const [, name, inner] = call;
  const known = (of: ThingKind) => findThing(of, name) ?? findThingByAlias(of, name);
  const entry = known(kind);
  if (entry) {
    const form = formOf(entry, inner);
    return { entry, written: form, isMap: form !== entry.name };
  }
  const activation = kind === 'layer' ? known('activation') : undefined;
  if (!activation) {
    return undefined;
  }
  const form = formOf(activation, inner);
  const value = form === activation.name ? form : form && `{ ${form} }`;
  return { entry: activation, written: value && `activation: ${value}`, isMap: true };
}

function formOf(entry: ThingEntry, inner: string): string | undefined {
  const values: { name: string; value: string }[] = [];
  for (const [index, part] of argumentsOf(inner).entries()) {
    const named = /^(\w+)\s*=\s*(.*)/s.exec(part);
    const primary = entry.parameters.find((parameter) => parameter.primary);
    const parameter = named ? findParameter(entry, named[1]).parameter : index === 0 ? primary : undefined;
    const value = literalOf(named ? named[2] : part);
    if (!parameter || parameter.unsupported || value === undefined) {
      return undefined;
    }
    values.push({ name: parameter.name, value });
  }
  const [only] = values;
  if (!only) {
    return entry.name;
  }
  const isShort = values.length === 1 && entry.parameters.some(({ name, primary }) => primary && name === only.name);
  const map = `{ ${values.map(({ name, value }) => `${name}: ${value}`).join(', ')} }`;
  return `${entry.name}: ${isShort ? only.value : map}`;
}

/** The arguments: commas inside brackets and quotes do not separate. */
function argumentsOf(inner: string): string[] {
  const parts = inner.match(/(?:[^,()[\]'"]|\([^()]*\)|\[[^[\]]*\]|'[^']*'|"[^"]*")+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** A literal of Python in YAML. */
function literalOf(text: string): string | undefined {
  if (/^(?:True|False)$/.test(text)) {
    return text.toLowerCase();
  }
  if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) {
    return text;
  }
  const quoted = /^(['"])([\w.-]+)\1$/.exec(text);
  if (quoted) {
    return quoted[2];
  }
  const tuple = /^[([]([\d\s,]+)[)\]]$/.exec(text);
  return tuple ? `[${argumentsOf(tuple[1]).join(', ')}]` : undefined;
}
