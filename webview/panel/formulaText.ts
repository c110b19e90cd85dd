/** The catalogue's formulas, which are plain text, as `math` sets them: exponents raised, indices low, a true minus sign. */

/** `f(x) = 1/(1+e^{−x})` and its derivative; what already names its left side keeps it: `∂yᵢ/∂xⱼ = …`. */
export function formulaLines({ formula = '', derivative = '' }: { formula?: string; derivative?: string }): string[] {
  const line = (left: string, right: string) => typeset(/^(∂|y_i = )/.test(right) ? right : `${left} = ${right}`);
  return [formula && line('f(x)', formula), derivative && line('f′(x)', derivative)].filter(Boolean);
}

function typeset(text: string): string {
  return text
    .replace(/_([ij]{1,2})(?!\w)/g, (_, indices: string) => indices.replaceAll('i', 'ᵢ').replaceAll('j', 'ⱼ'))
    .replace(/\^(?:\(([^()]*)\)|(-?[\w.ᵢⱼ]+))/g, (_, inner?: string, word?: string) => `^{${inner ?? word}}`)
    .replaceAll('-', '−');
}
