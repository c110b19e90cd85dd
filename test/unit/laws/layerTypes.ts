import { codeOnly, lineAt, type Source, withoutComments } from './sources';

/** Folder of the table of layer kinds, which may name types. */
const table = 'src/spec/layers/';
/** Records that hold something for each type, checked for completeness by the compiler. */
const makers = new Set(['src/engine/reference/makeLayer.ts', 'src/engine/wasm/layers/makeLayer.ts']);
/** Made-up data for developing the panel. */
const invented = 'webview/panel/dev/';
/** Also the name of a parameter and of a chapter of the catalogue: only comparisons with it count. */
const ambiguous = 'activation';
/** Keys that mean something else: `dropout` is a purpose of random numbers. */
const otherMeanings = new Set(['src/common/random.ts: dropout']);

/**
 * Places that compare or list types of layers instead of reading the table of kinds. A text that writes a
 * whole layer into a spec (`dense: 4`) is allowed.
 */
export function breachesOfLayerTable(sources: readonly Source[], types: readonly string[]): string[] {
  const named = types.filter((type) => type !== ambiguous).join('|');
  const keys = new RegExp(`(?<=[\\n{,][ \\t]*)(?<type>${named}):`, 'g');
  const patterns = [
    new RegExp(`(['"\`])(?<type>${named})\\1`, 'g'),
    /(?:\b(?:layer|plan|before|next|first|last)\b[^;\n]*\btype|\bname|\.at\(-1\))\s*[!=]==\s*'(?<type>activation)'/g,
    /(?:[!=]==|case)\s*layerKinds\.(?<type>\w+)|layerKinds\.(?:\w+)[.\w]*\s*[!=]==/g,
    /\btype\.(?<type>startsWith|endsWith)\(/g,
  ];
  return sources.flatMap(({ path, text }) => {
    if (path.startsWith(table) || path.startsWith(invented) || makers.has(path)) {
      return [];
    }
    const code = withoutComments(text);
    const found = patterns.flatMap((pattern) => [...code.matchAll(pattern)]);
    return [...found, ...codeOnly(text).matchAll(keys)]
      .filter(({ groups }) => !otherMeanings.has(`${path}: ${groups?.type}`))
      .map(({ index, 0: match }) => `${path}:${lineAt(code, index)}: ${match.trim()}`);
  });
}
