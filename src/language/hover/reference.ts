/** Hovers of keys and parameters: meaning, values, default, unit, names in other libraries. */
import { assertNever } from '../../common/assertNever';
import { find } from '../../spec/catalogue';
import { libraryNamesOf } from '../../spec/catalogue/libraryNames';
import { textOf } from '../../spec/catalogue/texts';
import { fill, type Labels, labels } from '../../spec/catalogue/texts/labels';
import type { Language, ParameterEntry } from '../../spec/catalogue/types';
import { type Unit, unitOf } from '../../spec/catalogue/units';
import type { ValueSchema } from '../../spec/schema';
import { keyTexts } from '../../spec/schemaTexts';
import { keyEntryOf, parameterEntryOf } from '../schema/entries';
import type { Context } from '../schema/expected';
import { parameterSchema } from '../schema/things';
import { numberRange } from '../text/describe';
import { showValue } from '../text/showValue';
import { capital, code, plain } from './markdown';

/**
 * Markdown of a key, by its documentation key; `written` is its value in the file. Empty for an unknown key.
 */
export function keyHover(doc: string, language: Language, written?: string, omitExample = false): string {
  const text = Object.hasOwn(keyTexts[language], doc) ? keyTexts[language][doc] : undefined;
  if (!text) {
    return '';
  }
  const words = labels[language];
  const entry = keyEntryOf(doc);
  const path = doc.split('.');
  const parent = path.slice(0, -1).join('.');
  const place = parent ? fill(words.reference.keyOf, code(parent)) : words.reference.topKey;
  const facts = entry
    ? [
        valuesFact(entry.value, words),
        entry.required
          ? `**${words.required}**`
          : entry.default === undefined
            ? ''
            : `**${capital(words.default)}** ${code(String(entry.default))}`,
      ]
    : [];
  return [
    heading(path[path.length - 1], place, written),
    plain(text.summary),
    line([...facts, unitFact(text.unit, words)]),
    text.use ? plain(text.use) : '',
    text.example && !omitExample ? `\`\`\`yaml\n${text.example}\n\`\`\`` : '',
    libraries(text),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Markdown of a parameter; `written` is its value in the file. Empty for an unknown one. */
export function parameterHover(
  parameter: NonNullable<Context['parameter']>,
  language: Language,
  written?: string,
): string {
  const { of, name } = parameter;
  const found = parameterEntryOf(parameter);
  if (!found) {
    return '';
  }
  const words = labels[language];
  const entry = of.kind === 'source' ? undefined : find(of.kind, of.name);
  const meaning =
    of.kind === 'source'
      ? words.sourceParameters[name as keyof Labels['sourceParameters']]
      : textOf(of.kind, of.name, language)?.parameters?.[name];
  const state = found.unsupported ? ` · *${words.unsupported}*` : '';
  return [
    heading(name, fill(words.reference.parameterOf, code(of.name)), written) + state,
    plain(meaning ?? ''),
    line([valuesFact(parameterSchema(found), words), standardFact(found, words), unitFact(unitOf(name), words)]),
    entry ? libraries(libraryNamesOf(entry, name)) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

function heading(name: string, place: string, written: string | undefined): string {
  return `**${plain(name)}**${written === undefined ? '' : ` = ${code(written)}`} · ${place}`;
}

function line(facts: readonly string[]): string {
  return facts.filter(Boolean).join(' · ');
}

function libraries({ pytorch, keras }: { readonly pytorch?: string; readonly keras?: string }): string {
  return line([pytorch ? `**PyTorch** ${code(pytorch)}` : '', keras ? `**Keras** ${code(keras)}` : '']);
}

function unitFact(unit: Unit | undefined, words: Labels): string {
  return unit ? `**${words.reference.unit}** ${plain(words.units[unit])}` : '';
}

function standardFact({ default: value, standard, optional }: ParameterEntry, words: Labels): string {
  if (value === undefined) {
    return `**${optional ? words.optional : words.required}**`;
  }
  return `**${capital(words.default)}** ${code(standard ?? showValue(value))}`;
}

/** The numbers or words that the value may be. */
function valuesFact(schema: ValueSchema, words: Labels): string {
  const values = valuesOf(schema, words);
  return values ? `**${words.reference.values}** ${values}` : '';
}

function valuesOf(schema: ValueSchema, words: Labels): string {
  switch (schema.type) {
    case 'number':
    case 'integer': {
      const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
      const bounds = [minimum, maximum, exclusiveMinimum, exclusiveMaximum];
      const type = words.reference[schema.type];
      return bounds.every((bound) => bound === undefined) ? type : `${type} ${numberRange(schema)}`;
    }
    case 'boolean':
      return `${code('true')}, ${code('false')}`;
    case 'choice':
      return schema.choices.map(code).join(', ');
    case 'size':
      return [`${words.reference.integer} ≥ ${schema.minimum}`, ...schema.words.map(code)].join(', ');
    case 'weights':
      return code('balanced');
    case 'text':
    case 'name':
    case 'thing':
    case 'layer':
    case 'cell':
    case 'expectation':
    case 'regularizer':
    case 'numbers':
    case 'formula':
    case 'list':
    case 'dictionary':
    case 'paths':
    case 'swept':
    case 'free':
    case 'map':
      return '';
    default:
      return assertNever(schema);
  }
}
