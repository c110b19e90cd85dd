/**
 * Converts the catalogue's plain-text formulas for `math`: superscripts, subscripts and a real minus sign.
 */

/**
 * `f(x) = 1/(1+e^{−x})` and its derivative. A formula that already has a left side keeps it: `∂yᵢ/∂xⱼ = …`.
 */
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
