/** Renaming: what may be renamed, to which names, and the edits, which change nothing else. */
import { t } from '@vscode/l10n';
import { Document, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { assertNever } from '../../common/assertNever';
import type { Range } from '../../spec/problem';
import { layerNamePattern } from '../../spec/schema';
import type { ParsedSpec } from '../reading/parse';
import type { Span } from '../text/lines';
import { hasKey, type TreeNode } from '../yaml/tree';
import { namingEdit } from './layerNames';
import type { Place, SymbolAt } from './symbols';

/** Tells the person why nothing was renamed. */
export interface Refusal {
  readonly refused: string;
}

export interface RenameEdit {
  readonly range: Range;
  readonly newText: string;
}

/** Why the symbol under the cursor cannot be renamed at all; undefined where it can. */
export function refusalOf(symbol: SymbolAt | undefined, parsed: ParsedSpec): Refusal | undefined {
  if (!symbol) {
    return { refused: t('Only the names of layers, columns, classes and anchors can be renamed.') };
  }
  switch (symbol.kind) {
    case 'measure':
    case 'path':
      return { refused: t('“{0}” is not a name that this file gives, so it cannot be renamed here.', symbol.name) };
    case 'anchor':
      if (symbol.places.some(({ declaration }) => declaration)) {
        return undefined;
      }
      return { refused: t('There is no anchor &{0} above this alias.', symbol.name) };
    case 'class':
      if (symbol.places.some(({ occurrence }) => typeof occurrence?.node?.value === 'number')) {
        return { refused: t('The classes of this target are numbers. Change them in the data.') };
      }
      if (symbol.places.some(({ declaration }) => declaration)) {
        return undefined;
      }
      return { refused: t('The classes come from the data. Rename “{0}” there.', symbol.name) };
    case 'column':
      if (!parsed.tree || !hasKey(parsed.tree, ['data'], 'source')) {
        return undefined;
      }
      return { refused: t('“{0}” is a column of a built-in data set, whose names are fixed.', symbol.name) };
    case 'layer':
      if (!symbol.unnamed || namingEdit(symbol.unnamed, symbol.name, parsed)) {
        return undefined;
      }
      return {
        refused: t(
          'Layer {0} has no key “name”, and what stands here leaves no place for one. Write its parameters out as keys first.',
          symbol.name,
        ),
      };
    default:
      return assertNever(symbol.kind);
  }
}

/** Well below 1,024 characters, beyond which YAML rejects a key. */
const longestName = 200;

/** Why the new name cannot be taken; undefined where it can. `taken`: further names that are in use. */
export function refusalOfName(name: string, symbol: SymbolAt, taken: readonly string[] = []): Refusal | undefined {
  if (name.trim() === '') {
    return { refused: t('A name needs at least one character.') };
  }
  if (name.trim() !== name) {
    return { refused: t('A name neither begins nor ends with a space.') };
  }
  if (/[\p{Cc}\u2028\u2029]/u.test(name)) {
    return { refused: t('A name stands on one line.') };
  }
  if (name.length > longestName) {
    return { refused: t('A name has at most {0} characters.', longestName) };
  }
  const isTaken = name !== symbol.name && (symbol.taken.includes(name) || taken.includes(name));
  switch (symbol.kind) {
    case 'anchor':
      if (!/^[^\s,[\]{}]+$/.test(name)) {
        return { refused: t('An anchor has no spaces, commas or brackets in its name.') };
      }
      return isTaken ? { refused: t('There is an anchor &{0} already.', name) } : undefined;
    case 'layer':
      if (!layerNamePattern.test(name)) {
        return { refused: t("A layer's name has letters, digits and “_” only, and no digit first.") };
      }
      return isTaken ? { refused: t('There is a layer “{0}” already.', name) } : undefined;
    case 'column':
      return isTaken ? { refused: t('There is a column “{0}” already.', name) } : undefined;
    case 'class':
      return isTaken ? { refused: t('There is a class “{0}” already.', name) } : undefined;
    case 'measure':
    case 'path':
      return undefined;
    default:
      return assertNever(symbol.kind);
  }
}

/** The edits that rename a symbol in its own file. */
export function symbolEdits(symbol: SymbolAt, newName: string, parsed: ParsedSpec): RenameEdit[] {
  const uses = renameEdits(symbol.places, newName, parsed);
  if (!symbol.unnamed) {
    return uses;
  }
  const naming = namingEdit(symbol.unnamed, newName, parsed);
  return naming ? [{ range: parsed.lines.range(naming.span), newText: naming.newText }, ...uses] : [];
}

/**
 * The edits of one file. Quotes that the old name did not need are kept; quotes are added where YAML would
 * misread the new name.
 */
export function renameEdits(
  places: readonly Place[],
  newName: string,
  { text, lines, tree }: ParsedSpec,
): RenameEdit[] {
  const inFlow = flowsOf(tree);
  return places.map(({ span, occurrence }) => {
    const range = lines.range(span);
    if (!occurrence) {
      return { range, newText: newName };
    }
    const where = { isKey: occurrence.kind === 'key', inFlow: inFlow(span[0]) };
    const quotes = /^["']/.exec(text.slice(...span))?.[0];
    const byChoice = quotes !== undefined && !/^["']/.test(asYaml(occurrence.text, 'PLAIN', where));
    const type = !byChoice ? 'PLAIN' : quotes === '"' ? 'QUOTE_DOUBLE' : 'QUOTE_SINGLE';
    return { range, newText: asYaml(newName, type, where) };
  });
}

/** Makes a function that tells whether an offset is inside brackets. */
function flowsOf(tree: ParsedSpec['tree']): (offset: number) => boolean {
  const spans: Span[] = [];
  const visit = (node: TreeNode): void => {
    if (node.kind === 'scalar') {
      return;
    }
    if (node.flow) {
      spans.push(node.span);
    } else if (node.kind === 'list') {
      for (const item of node.items) {
        visit(item);
      }
    } else {
      for (const { value } of node.entries) {
        visit(value);
      }
    }
  };
  if (tree) {
    visit(tree);
  }
  return (offset) => spans.some(([start, end]) => offset > start && offset < end);
}

/** A name as YAML writes it at this place. */
function asYaml(
  name: string,
  type: 'PLAIN' | 'QUOTE_DOUBLE' | 'QUOTE_SINGLE',
  { isKey, inFlow }: { readonly isKey: boolean; readonly inFlow: boolean },
): string {
  const scalar = new Scalar(name);
  scalar.type = type;
  const around = isKey ? new YAMLMap<Scalar, number>() : new YAMLSeq<Scalar>();
  around.flow = inFlow;
  if (around instanceof YAMLMap) {
    around.set(scalar, 1);
  } else {
    around.add(scalar);
  }
  const whole = new Document(around).toString({ lineWidth: 0 });
  const bare = inFlow ? whole.slice(2, -3) : whole.slice(isKey ? 0 : 2, -1);
  return isKey ? bare.slice(0, -': 1'.length) : bare;
}
