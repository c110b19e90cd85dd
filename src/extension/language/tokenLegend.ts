/** The legend of semantic tokens. It is registered at activation, before the language is loaded. */
import type { SemanticToken } from '../../language';

// Records, so that the compiler finds a type that is missing here.
const types: Readonly<Record<SemanticToken['type'], true>> = {
  chapter: true,
  key: true,
  property: true,
  layer: true,
  activation: true,
  function: true,
  dataset: true,
  variable: true,
  column: true,
  enumMember: true,
  number: true,
  boolean: true,
  operator: true,
  keyword: true,
  anchor: true,
};
const modifiers: Readonly<Record<SemanticToken['modifiers'][number], true>> = {
  declaration: true,
  defaultLibrary: true,
};

/** In the order of their numbers. The manifest declares those that are not standard. */
export const tokenTypes: readonly string[] = Object.keys(types);

export const tokenModifiers: readonly string[] = Object.keys(modifiers);
