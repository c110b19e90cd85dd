/** Quick fixes in the spec for problems of its data. */
import { t } from '@vscode/l10n';
import type { FaultyColumn, Fix, Remedies } from '../../spec/problem';
import type { DeclaredType, TextFormat } from '../../spec/spec';
import type { ParsedSpec } from '../reading/parse';
import { choiceText } from '../text/describe';
import { writeScalar } from '../unfinished/scalars';
import { entryOf, isEmpty, nodeAtPath, type Path } from '../yaml/tree';
import { asChoice, changeFix } from './edits';
import { keyFix, removeFix, removeItemFix, setFix, valueFix } from './entries';
import { classifierFixes } from './tableFixes';
import { wrapFix } from './values';

/** A problem of the data. `path` leads to the key at fault. */
export interface DataFault extends Remedies {
  readonly code: string;
  readonly path: Path;
}

export function dataFixes(fault: DataFault, parsed: ParsedSpec): Fix[] {
  const { formats = [], types, naValues = [], column } = fault;
  return [
    ...asChoice([
      ...missingFix(naValues, column, parsed),
      ...formats.flatMap((format) => formatFix(format, parsed)),
      ...(types?.choices ?? []).flatMap((type) => typeFix(types?.column ?? '', type, parsed)),
    ]),
    ...fixesOf(fault, parsed),
  ];
}

function fixesOf({ code, path, meant, column, classes }: DataFault, parsed: ParsedSpec): Fix[] {
  switch (code) {
    case 'unknown-column':
      return meant === undefined ? bracketsFix(path, parsed) : columnFix(path, meant, parsed);
    case 'unknown-array':
      return meant === undefined ? [] : columnFix(path, meant, parsed);
    case 'missing-arrays':
      return meant === undefined ? [] : keyFix(parsed, ['data'], `arrays: ${meant}`);
    case 'data-file': {
      const node = parsed.tree && nodeAtPath(parsed.tree, path);
      return meant === undefined || node?.kind !== 'scalar'
        ? []
        : asChoice(changeFix(parsed, node.span, writeScalar(meant, { flow: true })));
    }
    case 'missing-target':
      return meant === undefined ? [] : asChoice(keyFix(parsed, ['data'], `target: ${meant}`));
    case 'missing-cell': {
      // A column by which rows are split or weighted cannot be filled in.
      const policies = column?.role === 'input' ? ['drop', 'mean', 'median'] : ['drop'];
      const policyFixes = policies.flatMap((policy) => setFix(parsed, ['data'], 'missing', policy));
      return asChoice([...policyFixes, ...leaveOutFix(column, parsed)]);
    }
    case 'text-cell':
      return asChoice([...(column ? typeFix(column.name, 'category', parsed) : []), ...leaveOutFix(column, parsed)]);
    case 'many-categories':
    case 'gives-away': {
      const isListed = parsed.tree && nodeAtPath(parsed.tree, ['data', 'inputs']);
      const fixes = isListed ? leaveOutFix(column, parsed) : column ? typeFix(column.name, 'ignore', parsed) : [];
      return asChoice(fixes);
    }
    case 'infinite-cell':
    case 'number-too-large':
    case 'empty-column':
    case 'too-many-categories':
      return asChoice(leaveOutFix(column, parsed));
    case 'unknown-category':
      return asChoice(setFix(parsed, ['data'], 'unknown', 'ignore'));
    case 'target-not-numeric':
      return classes === undefined ? [] : asChoice(classifierFixes(parsed, classes));
    case 'target-range':
      return parsed.spec?.data.scaleTarget === 'log'
        ? asChoice(setFix(parsed, ['data'], 'scale_target', 'standard'))
        : [];
    case 'cross-validation':
      return meant === undefined ? [] : asChoice(valueFix(parsed, path, meant));
    case 'positive-class':
      return meant === undefined ? removeFix(parsed, path) : columnFix(path, meant, parsed);
    case 'scored-class':
      return meant === undefined
        ? []
        : asChoice(keyFix(parsed, ['data'], `positive: ${writeScalar(meant, { flow: true })}`));
    case 'ignored-column':
    case 'stratify-without-classes':
      return removeFix(parsed, path);
    case 'duplicate-column':
    case 'target-among-inputs': {
      const list = parsed.tree && nodeAtPath(parsed.tree, path.slice(0, -1));
      return list?.kind === 'list' ? removeItemFix(parsed, list, Number(path.at(-1))) : [];
    }
    default:
      return [];
  }
}

/** Writes keys of `format` beside those that are written. */
function formatFix(format: Partial<TextFormat>, parsed: ParsedSpec): Fix[] {
  const written = parsed.tree && nodeAtPath(parsed.tree, ['data', 'format']);
  const kept = (written?.kind === 'map' ? written.entries : []).flatMap(({ key, value }) =>
    value.kind === 'scalar' && !Object.hasOwn(format, key) ? [`${key}: ${parsed.text.slice(...value.span)}`] : [],
  );
  const added = Object.entries(format).map(([key, value]) => `${key}: ${choiceText(String(value))}`);
  return setFix(parsed, ['data'], 'format', `{ ${[...kept, ...added].join(', ')} }`);
}

/**
 * Writes texts beside those that are read as missing already. Where missing cells would be errors, they are
 * filled in.
 */
function missingFix(texts: readonly string[], column: FaultyColumn | undefined, parsed: ParsedSpec): Fix[] {
  const data = parsed.tree && nodeAtPath(parsed.tree, ['data']);
  if (texts.length === 0 || data?.kind !== 'map') {
    return [];
  }
  const written = nodeAtPath(data, ['na_values']);
  const kept = (written?.kind === 'list' ? written.items : written ? [written] : []).flatMap((item) =>
    item.kind === 'scalar' && !isEmpty(item) ? [parsed.text.slice(...item.span)] : [],
  );
  const list = `[${[...kept, ...texts.map((text) => writeScalar(text, { flow: true }))].join(', ')}]`;
  // Rows without a target are dropped as it is.
  const policy = parsed.spec?.data.missing === 'error' && column?.role !== 'target' ? 'mean' : undefined;
  const listed = texts.map((text) => `“${text}”`).join(', ');
  const title = policy ? t('Read {0} as missing, with missing: {1}', listed, policy) : t('Read {0} as missing', listed);
  const keys = { na_values: list, ...(policy && { missing: policy }) };
  const [open, set] = [Object.entries(keys).filter(([key]) => !entryOf(data, key)), Object.entries(keys)];
  const added = keyFix(parsed, ['data'], open.map(([key, value]) => `${key}: ${value}`).join(data.flow ? ', ' : '\n'));
  const changed = set.flatMap(([key, value]) => (entryOf(data, key) ? setFix(parsed, ['data'], key, value) : []));
  const edits = [...changed, ...(open.length > 0 ? added : [])].flatMap((fix) => fix.edits);
  return edits.length > 0 ? [{ title, edits }] : [];
}

/** Declares the type of a column. */
function typeFix(column: string, type: DeclaredType, parsed: ParsedSpec): Fix[] {
  const { tree } = parsed;
  const types = tree && nodeAtPath(tree, ['data', 'types']);
  const name = writeScalar(column, { flow: true });
  if (types?.kind !== 'map') {
    return keyFix(parsed, ['data'], `types: { ${name}: ${type} }`);
  }
  return entryOf(types, column)
    ? valueFix(parsed, ['data', 'types', column], type)
    : keyFix(parsed, ['data', 'types'], `${name}: ${type}`);
}

/** Removes a column from the inputs, or lists all others where the spec lists none. */
function leaveOutFix(column: FaultyColumn | undefined, parsed: ParsedSpec): Fix[] {
  const { tree } = parsed;
  if (!tree || column?.role !== 'input') {
    return [];
  }
  const title = t('Leave “{0}” out of the inputs', column.name);
  const inputs = nodeAtPath(tree, ['data', 'inputs']);
  if (inputs?.kind === 'list') {
    const index = inputs.items.findIndex((item) => item.kind === 'scalar' && item.source === column.name);
    return index < 0 ? [] : removeItemFix(parsed, inputs, index).map((fix) => ({ ...fix, title }));
  }
  const others = column.otherInputs ?? [];
  if (inputs || others.length === 0) {
    return [];
  }
  return keyFix(
    parsed,
    ['data'],
    `inputs: [${others.map((name) => writeScalar(name, { flow: true })).join(', ')}]`,
  ).map((fix) => ({ ...fix, title }));
}

/** Puts several columns with commas between them into brackets. */
function bracketsFix(path: Path, parsed: ParsedSpec): Fix[] {
  const node = parsed.tree && (nodeAtPath(parsed.tree, path) ?? nodeAtPath(parsed.tree, path.slice(0, -1)));
  return node?.kind === 'scalar' && !node.quoted && node.source.includes(',') ? wrapFix(parsed, node) : [];
}

/** Corrects a column’s name at the path; under `types` it is a key. */
function columnFix(path: Path, meant: string, parsed: ParsedSpec): Fix[] {
  const map = parsed.tree && nodeAtPath(parsed.tree, path.slice(0, -1));
  const key = map?.kind === 'map' && path[1] === 'types' ? entryOf(map, String(path.at(-1)))?.keySpan : undefined;
  const node = parsed.tree && nodeAtPath(parsed.tree, path);
  const span = key ?? (node?.kind === 'scalar' ? node.span : undefined);
  return span ? changeFix(parsed, span, writeScalar(meant, { flow: true })) : [];
}
