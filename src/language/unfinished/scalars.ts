/** The value of plain text in YAML's core schema, as far as a spec uses it. */
export function plainValue(source: string): string | number | boolean | null {
  if (source === '' || source === '~' || source === 'null') {
    return null;
  }
  if (source === 'true' || source === 'false') {
    return source === 'true';
  }
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(source) ? Number(source) : source;
}

/**
 * Writes text as a YAML scalar that reads back the same, without quotes where possible. `flow`: inside
 * brackets.
 */
export function writeScalar(text: string, { flow = false }: { readonly flow?: boolean } = {}): string {
  const plain =
    text !== '' &&
    text.trim() === text &&
    !/^(?:[-?:](?:\s|$)|[,[\]{}#&*!|>'"%@`]|---|\.\.\.)/.test(text) &&
    !/:(?:\s|$)|\s#|[\p{Cc}\p{Zl}\p{Zp}\uFEFF\uFFFE\uFFFF]/u.test(text) &&
    !(flow && /[,[\]{}]|:$|^[-?:]/.test(text)) &&
    !/^(?:true|false|null|~|[-+]?\.(?:inf|nan))$/i.test(text);
  return plain ? text : JSON.stringify(text).replace(/[\x7f-\x9f\ufffe\uffff]/g, escaped);
}

/** YAML does not allow these characters, which JSON leaves as they are. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
