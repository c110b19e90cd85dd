/** The expressions of the catalogue's table: `Mul(x, Sigmoid(x))`, `LeakyRelu(x, alpha={negative_slope})`. */

/** A number as it is written, a named value, or the name of a parameter. */
export type Atom = { readonly number: string } | { readonly value: string } | { readonly parameter: string };

export type OnnxExpression =
  | Atom
  | {
      readonly operator: string;
      readonly inputs: readonly OnnxExpression[];
      readonly attributes: Readonly<Record<string, Atom | readonly number[]>>;
    };

const wordPattern = /\{\w+\}|[A-Za-z_]\w*|-?\d[\d.]*(?:e[+-]?\d+)?|[(),=[\]]/g;

export function parseExpression(source: string): OnnxExpression {
  const words = source.match(wordPattern) ?? [];
  let at = 0;
  const atom = (): Atom => {
    const word = words[at++];
    return word[0] === '{'
      ? { parameter: word.slice(1, -1) }
      : /[-\d]/.test(word[0])
        ? { number: word }
        : { value: word };
  };
  const list = (): number[] => {
    const numbers: number[] = [];
    for (at++; words[at] !== ']'; at++) {
      if (words[at] !== ',') {
        numbers.push(Number(words[at]));
      }
    }
    at++;
    return numbers;
  };
  const parse = (): OnnxExpression => {
    if (words[at + 1] !== '(') {
      return atom();
    }
    const operator = words[at];
    at += 2;
    const inputs: OnnxExpression[] = [];
    const attributes: Record<string, Atom | readonly number[]> = {};
    while (words[at] !== ')') {
      if (words[at + 1] === '=') {
        const key = words[at];
        at += 2;
        attributes[key] = words[at] === '[' ? list() : atom();
      } else {
        inputs.push(parse());
      }
      if (words[at] === ',') {
        at++;
      }
    }
    at++;
    return { operator, inputs, attributes };
  };
  return parse();
}
