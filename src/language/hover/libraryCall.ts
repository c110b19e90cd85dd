/** The PyTorch or Keras call that is equivalent to a thing of the spec. */
import { activation } from '../../spec/catalogue';
import { type Library, libraryNamesOf } from '../../spec/catalogue/libraryNames';
import type { CatalogueEntry, ParameterEntry, ParameterValues } from '../../spec/catalogue/types';
import type { ParameterValue } from '../../spec/spec';

/**
 * The call in the catalogue with the given values. A value replaces a default,
 * `LeakyReLU(negative_slope=0.2)`, or a name, `StepLR(optimizer, 200, gamma=0.1)`, or is added, `SGD(params,
 * lr=0.1, weight_decay=0.01)`. Undefined where the library has no equivalent.
 */
export function libraryCall(library: Library, entry: CatalogueEntry, values: ParameterValues): string | undefined {
  let call = entry[library];
  for (const parameter of entry.parameters) {
    const value = values[parameter.name];
    if (call === undefined) {
      return undefined;
    }
    if (value === undefined || isOmitted(library, parameter, value)) {
      continue;
    }
    if (library === 'pytorch' && parameter.name === 'monitor') {
      // The value is an argument of `step()`; the constructor takes only the direction.
      if (!/(loss|error)$/.test(String(value))) {
        call = added(call, 'mode', "'max'", undefined);
      }
      continue;
    }
    const theirs = libraryNamesOf(entry, parameter.name)[library];
    const names = [theirs, parameter.name].filter((name) => name !== undefined);
    const spelt = spelling(library, parameter, value);
    const isDefault = value === parameter.default;
    const told =
      inTuple(call, theirs, spelt) ??
      inPlaceOfName(call, names, spelt) ??
      (isDefault ? call : named(call, names, spelt));
    call = told ?? (theirs && added(call, theirs, spelt, tupleOf(theirs, library, entry, values)));
  }
  return call;
}

/**
 * Whether a parameter is omitted: things and layers have their own calls. An activation is included if Keras
 * knows it by the same name.
 */
function isOmitted(library: Library, { type }: ParameterEntry, value: ParameterValue): boolean {
  if (type === 'activation' && library === 'keras') {
    return activation(String(value))?.keras !== `keras.layers.Activation('${value}')`;
  }
  return ['activation', 'initializer', 'regularizer', 'numbers', 'formula', 'layers'].includes(type);
}

/** A value in Python; undefined where the library's parameter does not take it. */
function spelling(
  library: Library,
  { name, type, kerasIsComplement }: ParameterEntry,
  value: ParameterValue,
): string | undefined {
  if (library === 'keras') {
    if (name === 'padding' && typeof value !== 'string') {
      return undefined;
    }
    if (kerasIsComplement) {
      return String(Number((1 - Number(value)).toPrecision(9)));
    }
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (Array.isArray(value)) {
    return type === 'integers' ? `[${value.join(', ')}]` : tuple(value);
  }
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function tuple(values: readonly ParameterValue[]): string {
  return values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;
}

/**
 * Replaces a member of a tuple: `betas[1]` is the second of `betas=(…)`. Undefined where there is no such
 * tuple.
 */
function inTuple(call: string, name: string | undefined, spelt: string | undefined): string | undefined {
  const [, whole, index] = /^(\w+)\[(\d)\]$/.exec(name ?? '') ?? [];
  const found = whole && new RegExp(`\\b${whole}=\\(([^)]*)\\)`).exec(call);
  if (!found || spelt === undefined) {
    return undefined;
  }
  const members = found[1].split(', ');
  if (Number(members[Number(index)]) === Number(spelt)) {
    return call;
  }
  members[Number(index)] = spelt;
  return call.replace(found[0], `${whole}=(${members.join(', ')})`);
}

/** The whole tuple of a parameter such as `betas[1]`, as an argument; undefined for other parameters. */
function tupleOf(name: string, library: Library, entry: CatalogueEntry, values: ParameterValues): string | undefined {
  const [, whole] = /^(\w+)\[\d\]$/.exec(name) ?? [];
  if (!whole) {
    return undefined;
  }
  const members = entry.parameters.filter((parameter) =>
    libraryNamesOf(entry, parameter.name)[library]?.startsWith(`${whole}[`),
  );
  return `${whole}=${tuple(members.map((member) => values[member.name]))}`;
}

/** Replaces a bare name that stands for the value: `StepLR(optimizer, step_size)`. */
function inPlaceOfName(call: string, names: readonly string[], spelt: string | undefined): string | undefined {
  for (const name of names) {
    const place = new RegExp(`(?<![\\w.'"])${escaped(name)}(?![\\w.'"=(])`, 'g');
    if (place.test(call)) {
      return spelt === undefined ? undefined : call.replace(place, () => spelt);
    }
  }
  return undefined;
}

/** Replaces the value in `name=value` or `name=maker(value)`. */
function named(call: string, names: readonly string[], spelt: string | undefined): string | undefined {
  for (const name of names) {
    const argument = new RegExp(`\\b${escaped(name)}=([\\w.]+\\()?('[^']*'|[^,)]+)`).exec(call);
    if (!argument || spelt === undefined) {
      continue;
    }
    const [whole, maker = '', old] = argument;
    // Keras has a boolean where PyTorch has a string: `approximate`.
    const truth: Readonly<Record<string, string>> = { True: 'False', False: 'True' };
    const value = spelt.startsWith("'") ? (truth[old] ?? spelt) : spelt;
    return call.replace(whole, () => `${name}=${maker}${value}`);
  }
  return undefined;
}

function added(call: string, name: string, spelt: string | undefined, whole: string | undefined): string | undefined {
  if (spelt === undefined || !call.endsWith(')')) {
    return undefined;
  }
  const open = call.slice(0, -1);
  return `${open}${open.endsWith('(') ? '' : ', '}${whole ?? `${name}=${spelt}`})`;
}

function escaped(name: string): string {
  return name.replace(/[[\]]/g, '\\$&');
}
