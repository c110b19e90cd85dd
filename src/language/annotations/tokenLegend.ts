/** The legend of semantic tokens, apart from what makes them: it is needed before anything is parsed. */

/** Types in the order of their numbers; those that editors do not know are declared in the manifest. */
export const tokenTypes = [
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
] as const;

export const tokenModifiers = ['declaration', 'defaultLibrary'] as const;
