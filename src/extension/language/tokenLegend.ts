/** The legend of semantic tokens. It is registered at activation, before the language is loaded. */
import type { SemanticToken } from '../../language/semanticTokens';

/** In the order of their numbers. The types that editors do not know are declared in the manifest. */
export const tokenTypes: readonly SemanticToken['type'][] = [
  'chapter',
  'key',
  'property',
  'layer',
  'activation',
  'function',
  'dataset',
  'variable',
  'column',
  'enumMember',
  'number',
  'boolean',
  'operator',
  'keyword',
  'anchor',
];

export const tokenModifiers: readonly SemanticToken['modifiers'][number][] = ['declaration', 'defaultLibrary'];
