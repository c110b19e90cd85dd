/**
 * The language as a JSON Schema (draft 7), made from the table of keys and the catalogue, for tools that know
 * YAML but not NNSpec. It checks the form only: a schema cannot express shapes, sums, or how one key depends
 * on another.
 */

import { assertNever } from '../../common/assertNever';
import { catalogue } from '../../spec/catalogue';
import { textOf } from '../../spec/catalogue/texts';
import { labels } from '../../spec/catalogue/texts/labels';
import { type Kind, kinds, type Language, type ParameterEntry } from '../../spec/catalogue/types';
import { findLayerKind } from '../../spec/layers';
import {
  dataSchema,
  languageVersion,
  layerNamePattern,
  type MapSchema,
  type NumberSchema,
  rangeSchema,
  regularizerSchema,
  specSchema,
  splitSchema,
  type ThingKind,
  type ValueSchema,
} from '../../spec/schema';
import { keyTexts, sourceTexts } from '../../spec/schemaTexts';
import { sources } from '../../spec/sources';
import { parameterSchema, type ThingEntry } from '../schema/things';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Plain data, the same for every call. The descriptions are in `language`. */
export function jsonSchema(language: Language): JsonSchema {
  const definitions = Object.fromEntries(
    [...kinds, 'source' as const].map((kind) => [
      kind,
      kind === 'layer' ? layerForm(language) : thingForm(kind, language),
    ]),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'NNSpec',
    description: labels[language].experiment,
    ...valueForm(specSchema, language),
    definitions,
  };
}

function valueForm(schema: ValueSchema, language: Language): JsonSchema {
  switch (schema.type) {
    case 'text':
      return { type: 'string', minLength: 1 };
    case 'name':
      // A column may be called 2024.
      return { type: ['string', 'number'], minLength: 1 };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
    case 'integer':
      return numberForm(schema);
    case 'choice':
      return { enum: schema.choices };
    case 'thing':
      return { $ref: `#/definitions/${schema.of}` };
    case 'layer':
      return { $ref: '#/definitions/layer' };
    case 'cell':
      return { type: ['number', 'string', 'boolean', 'null'] };
    case 'expectation':
      return {
        type: 'string',
        pattern:
          '^\\s*[A-Za-z_]\\w*\\s*(<=|>=|==|<|>)\\s*[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?(\\s+within\\s+0*[1-9]\\d*)?\\s*$',
      };
    case 'weights':
      return {
        anyOf: [
          { const: 'balanced' },
          // At least one weight above 0.
          {
            type: 'object',
            additionalProperties: { type: 'number', minimum: 0 },
            not: { additionalProperties: { maximum: 0 } },
          },
        ],
      };
    case 'size': {
      const { axes, minimum, words } = schema;
      const one = { type: 'integer', minimum, maximum: 65_536 };
      const forms: JsonSchema[] = [one];
      if (axes > 1) {
        forms.push({ type: 'array', items: one, minItems: axes, maxItems: axes });
      }
      if (words.length > 0) {
        forms.push({ enum: words });
      }
      return anyOf(forms);
    }
    case 'regularizer':
      return valueForm(regularizerSchema, language);
    case 'numbers':
      return { type: 'array', items: { anyOf: [{ type: 'number' }, { type: 'array' }] }, minItems: 1 };
    case 'formula':
      return { type: ['string', 'number'] };
    case 'list': {
      const { of, minimumLength, maximumLength, single, distinct } = schema;
      const items = valueForm(of, language);
      const list = {
        type: 'array',
        items,
        ...(minimumLength === undefined ? {} : { minItems: minimumLength }),
        ...(maximumLength === undefined ? {} : { maxItems: maximumLength }),
        ...(distinct ? { uniqueItems: true } : {}),
      };
      return single ? { anyOf: [list, items] } : list;
    }
    case 'dictionary':
      return { type: 'object', additionalProperties: valueForm(schema.of, language) };
    case 'paths':
      // Only the rest of the file tells which paths exist, and so which values fit.
      return {
        type: 'object',
        minProperties: 1,
        additionalProperties: { anyOf: [{ type: 'array', minItems: 1 }, mapForm(rangeSchema, language)] },
      };
    case 'free':
      return {};
    case 'swept':
      return { type: ['array', 'object'] };
    case 'map':
      return mapForm(schema, language);
    default:
      return assertNever(schema);
  }
}

function numberForm({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberSchema): JsonSchema {
  const bounds = Object.entries({ minimum, maximum, exclusiveMinimum, exclusiveMaximum });
  return { type, ...Object.fromEntries(bounds.filter(([, value]) => value !== undefined)) };
}

function mapForm(schema: MapSchema, language: Language): JsonSchema {
  const keys = schema.keys.filter(({ unsupported }) => !unsupported);
  const properties = keys.map(({ name, value, doc, default: standard }) => [
    name,
    described(
      name === 'nnspec' ? { const: languageVersion } : valueForm(value, language),
      keyTexts[language][doc],
      standard,
    ),
  ]);
  const required = keys.filter((key) => key.required).map(({ name }) => name);
  const map = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    ...(schema.ignoredPrefix ? { patternProperties: { [`^${schema.ignoredPrefix}`]: {} } } : {}),
    additionalProperties: false,
    ...(schema === dataSchema ? origins : {}),
    ...(schema === splitSchema ? { oneOf: [{ required: ['train'] }, { required: ['files'] }] } : {}),
  };
  // Words stand for a map with exactly one key.
  return schema.words ? anyOf([{ enum: schema.words }, { ...map, minProperties: 1, maxProperties: 1 }]) : map;
}

/** The data have one origin, and need a target unless they are built in. */
const origins: JsonSchema = {
  oneOf: [
    { required: ['source'] },
    { required: ['file'] },
    { required: ['folder'] },
    { required: ['rows'] },
    // Each part may have a file of its own.
    { required: ['split', 'target'], properties: { split: { required: ['files'] } } },
  ],
  dependencies: { file: ['target'], rows: ['columns', 'target'], columns: ['rows'] },
};

function described(
  form: JsonSchema,
  text: { readonly summary: string; readonly use?: string } | undefined,
  standard?: unknown,
): JsonSchema {
  const description = text && [text.summary, text.use].filter(Boolean).join(' ');
  const more = { ...(description ? { description } : {}), ...(standard === undefined ? {} : { default: standard }) };
  // Draft 7 ignores keywords beside a reference.
  return '$ref' in form && Object.keys(more).length > 0 ? { allOf: [form], ...more } : { ...form, ...more };
}

/** A name, or a one-key map from the name to parameters. */
function thingForm(kind: ThingKind, language: Language): JsonSchema {
  const entries = entriesOf(kind);
  return {
    anyOf: [
      { enum: entries.filter((entry) => required(entry).length === 0).map(({ name }) => name) },
      {
        type: 'object',
        minProperties: 1,
        maxProperties: 1,
        properties: Object.fromEntries(
          entries.map((entry) => [entry.name, described(parametersForm(entry, language), summaryOf(entry, language))]),
        ),
        additionalProperties: false,
      },
    ],
  };
}

const layerName = { name: { type: 'string', pattern: layerNamePattern.source } };

function layerForm(language: Language): JsonSchema {
  const entries = entriesOf('layer');
  const properties = entries.map((entry) => [
    entry.name,
    described(
      findLayerKind(entry.name)?.isActivation
        ? activationLayer(entry, language)
        : parametersForm(entry, language, layerName),
      summaryOf(entry, language),
    ),
  ]);
  return {
    anyOf: [
      { enum: entries.filter((entry) => required(entry).length === 0).map(({ name }) => name) },
      {
        type: 'object',
        minProperties: 1,
        maxProperties: 1,
        properties: Object.fromEntries(properties),
        additionalProperties: false,
      },
    ],
  };
}

/** An activation layer holds its function directly or under `activation`, and may have a name beside it. */
function activationLayer(entry: ThingEntry, language: Language): JsonSchema {
  const functions = entriesOf('activation').map((each) => [each.name, parametersForm(each, language)]);
  const beside = {
    type: 'object',
    properties: { ...Object.fromEntries(functions), ...layerName },
    additionalProperties: false,
    required: ['name'],
    minProperties: 2,
    maxProperties: 2,
  };
  const named = {
    type: 'object',
    properties: { ...propertiesOf(entry, language), ...layerName },
    additionalProperties: false,
  };
  return anyOf([{ $ref: '#/definitions/activation' }, beside, { ...named, required: ['activation'] }]);
}

/** The parameters by name, or a scalar or list for the primary one; also nothing, where none is required. */
function parametersForm(
  entry: ThingEntry,
  language: Language,
  more: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  const missing = required(entry);
  const forms: JsonSchema[] = [
    {
      type: 'object',
      properties: { ...propertiesOf(entry, language), ...more },
      additionalProperties: false,
      ...(missing.length > 0 ? { required: missing } : {}),
    },
  ];
  const primary = supported(entry).find((parameter) => parameter.primary);
  // A map always holds parameters by name. So a thing as the primary parameter can only be a bare name.
  if (primary) {
    forms.push(allButMaps(valueForm(parameterSchema(primary), language)));
  }
  if (missing.length === 0) {
    forms.push({ type: 'null' });
  }
  return anyOf(forms);
}

function allButMaps(form: JsonSchema): JsonSchema {
  return '$ref' in form || 'anyOf' in form ? { allOf: [form], not: { type: 'object' } } : form;
}

function propertiesOf(entry: ThingEntry, language: Language): Record<string, JsonSchema> {
  const text = entry.kind === 'source' ? undefined : textOf(entry.kind as Kind, entry.name, language);
  return Object.fromEntries(
    supported(entry).map((parameter) => {
      const summary = text?.parameters?.[parameter.name];
      const standard = parameter.default === null ? undefined : parameter.default;
      return [
        parameter.name,
        described(valueForm(parameterSchema(parameter), language), summary ? { summary } : undefined, standard),
      ];
    }),
  );
}

function entriesOf(kind: ThingKind): readonly ThingEntry[] {
  if (kind === 'source') {
    return sources.map(({ name, parameters }) => ({ kind, name, parameters }));
  }
  return catalogue.filter((entry) => entry.kind === kind && !entry.unsupported);
}

function supported(entry: ThingEntry): readonly ParameterEntry[] {
  return entry.parameters.filter(({ unsupported }) => !unsupported);
}

function required(entry: ThingEntry): string[] {
  return supported(entry)
    .filter((parameter) => parameter.default === undefined && !parameter.optional)
    .map(({ name }) => name);
}

function summaryOf({ kind, name }: ThingEntry, language: Language): { readonly summary: string } | undefined {
  if (kind !== 'source') {
    return textOf(kind as Kind, name, language);
  }
  const texts = sourceTexts[language];
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}

function anyOf(forms: readonly JsonSchema[]): JsonSchema {
  return forms.length === 1 ? forms[0] : { anyOf: forms };
}
