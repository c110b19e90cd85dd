/** One lookup for everything that has a name: the catalogue’s entries and the built-in data sets. */
import { assertNever } from '../../common/assertNever';
import { catalogue, find, findAlias, findParameterAlias } from '../../spec/catalogue/index';
import type { CatalogueEntry, ParameterEntry } from '../../spec/catalogue/types';
import type { ThingKind, ValueSchema } from '../../spec/schema';
import { findSource, sources } from '../../spec/sources';
import type { ParameterValue, Thing } from '../../spec/spec';

export type ThingEntry = Pick<CatalogueEntry, 'name' | 'parameters' | 'unsupported'> & { readonly kind: string };

/** Other spellings of the built-in data sets. */
const sourceAliases: Readonly<Record<string, readonly string[]>> = {
  gaussians: ['blobs', 'make_blobs', 'gaussian', 'gauss'],
  moons: ['two_moons', 'make_moons'],
  circles: ['make_circles', 'rings'],
  spiral: ['spirals'],
  checkerboard: ['chessboard'],
  breast_cancer: ['cancer', 'load_breast_cancer'],
  digits: ['load_digits'],
  iris: ['load_iris'],
  wine: ['load_wine'],
};

export function findThing(kind: ThingKind, name: string): ThingEntry | undefined {
  return kind === 'source' ? findSource(name) : find(kind, name);
}

/** The entry that has this alias. */
export function findThingByAlias(kind: ThingKind, spelling: string): ThingEntry | undefined {
  if (kind !== 'source') {
    return findAlias(kind, spelling);
  }
  const lower = spelling.toLowerCase();
  return sources.find(({ name }) => name === lower || sourceAliases[name]?.includes(lower));
}

export function thingNames(kind: ThingKind): string[] {
  if (kind === 'source') {
    return sources.map(({ name }) => name);
  }
  return catalogue.filter((entry) => entry.kind === kind).map(({ name }) => name);
}

/** The parameter with this name or alias. */
export function findParameter(entry: ThingEntry, name: string): { parameter?: ParameterEntry; alias?: boolean } {
  const exact = entry.parameters.find((parameter) => parameter.name === name);
  if (exact) {
    return { parameter: exact };
  }
  const meant = findParameterAlias(entry, name);
  return meant ? { parameter: meant, alias: true } : {};
}

/** The schema of a parameter's value. */
export function parameterSchema(parameter: ParameterEntry): ValueSchema {
  switch (parameter.type) {
    case 'number':
    case 'integer': {
      const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = parameter;
      return { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum };
    }
    case 'integers': {
      const { minimum, maximum } = parameter;
      return {
        type: 'list',
        of: { type: 'integer', minimum, maximum },
        minimumLength: 1,
        single: true,
        distinct: true,
      };
    }
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { type: 'choice', choices: parameter.choices ?? [] };
    case 'activation':
    case 'initializer':
      return { type: 'thing', of: parameter.type };
    case 'text':
    case 'regularizer':
    case 'numbers':
    case 'formula':
      return { type: parameter.type };
    case 'size':
      return {
        type: 'size',
        axes: parameter.axes ?? 1,
        minimum: parameter.minimum ?? 1,
        words: parameter.choices ?? [],
      };
    case 'shape':
      // -1 once: the length that follows from the others.
      return { type: 'list', of: { type: 'integer', minimum: -1 }, minimumLength: 1, maximumLength: 3, single: true };
    case 'layers':
      return { type: 'list', of: { type: 'layer' }, minimumLength: 1 };
    default:
      return assertNever(parameter.type);
  }
}

/**
 * A parameter's default as the spec holds it: the name of a thing becomes the thing with its own defaults.
 */
export function parameterDefault(parameter: ParameterEntry): ParameterValue | undefined {
  const { default: value, type } = parameter;
  if ((type === 'activation' || type === 'initializer') && typeof value === 'string') {
    return thingWithDefaults(type, value);
  }
  return value;
}

export function thingWithDefaults(kind: ThingKind, name: string): Thing {
  const entry = findThing(kind, name);
  const parameters: [string, ParameterValue][] = [];
  for (const parameter of entry?.parameters ?? []) {
    const value = parameter.unsupported ? undefined : parameterDefault(parameter);
    if (value !== undefined) {
      parameters.push([parameter.name, value]);
    }
  }
  return { name, parameters: Object.fromEntries(parameters) };
}
