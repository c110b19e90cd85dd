/**
 * Reads a formula in x:
 *   sum     = product { ("+" | "-") product }
 *   product = power { ("*" | "/") power }, a power perhaps after signs
 *   power   = operand [ "^" power with its signs ]
 *   operand = number | "x" | constant | function "(" sum { "," sum } ")" | "(" sum ")"
 * `^` binds tighter than a sign, and to the right: -x^2 is -(x^2), 2^3^2 is 2^(3^2). Nothing is ever
 * evaluated as code.
 */
import { t } from '@vscode/l10n';
import { nearest } from '../../common/nearest';
import { constants, type Expression, type FunctionName, functions, type Operator, type Span } from './expression';

/** A mistake in a formula, and the range of characters where it is. */
export interface FormulaProblem {
  readonly message: string;
  readonly at: Span;
  /** A replacement; empty where the characters are to be removed. */
  readonly replacement?: string;
}

export type ParsedFormula = { readonly ok: Expression } | { readonly problem: FormulaProblem };

/** Limits of a formula: its characters, and the depth of its nesting. */
const longest = 500;
const deepest = 40;

interface Token {
  readonly kind: 'number' | 'name' | 'symbol' | 'end';
  readonly text: string;
  readonly at: Span;
}

/** The formula's tree. Never throws. */
export function parseFormula(text: string): ParsedFormula {
  if (text.length > longest) {
    return { problem: { message: t('A formula has at most {0} characters.', longest), at: [longest, text.length] } };
  }
  try {
    return { ok: new FormulaParser(text).whole() };
  } catch (error) {
    if (error instanceof FormulaError) {
      return { problem: error.problem };
    }
    throw error;
  }
}

class FormulaError extends Error {
  readonly problem: FormulaProblem;

  constructor(problem: FormulaProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

class FormulaParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  whole(): Expression {
    const sum = this.#sum();
    const token = this.#token;
    if (token.text === ')') {
      throw fault(token.at, t('No “(” belongs to this “)”. Remove it.'));
    }
    if (token.kind === 'number' || token.kind === 'name' || token.text === '(') {
      throw fault(token.at, t('An operator is missing before “{0}”. Write * to multiply.', token.text));
    }
    if (token.kind !== 'end') {
      throw fault(token.at, t('“{0}” cannot stand here.', token.text));
    }
    return sum;
  }

  get #token(): Token {
    return this.#tokens[this.#at];
  }

  #isAt(text: string): boolean {
    return this.#token.text === text;
  }

  #take(): Token {
    const token = this.#token;
    if (token.kind !== 'end') {
      this.#at++;
    }
    return token;
  }

  #sum(): Expression {
    if (++this.#depth > deepest) {
      throw fault(this.#token.at, t('The formula is nested too deep. Write a simpler one.'));
    }
    let left = this.#product();
    while (this.#token.text === '+' || this.#token.text === '-') {
      const { text, at } = this.#take();
      left = { kind: 'binary', operator: text as Operator, left, right: this.#product(), at };
    }
    this.#depth--;
    return left;
  }

  #product(): Expression {
    let left = this.#signed();
    while (this.#token.text === '*' || this.#token.text === '/') {
      const { text, at } = this.#take();
      left = { kind: 'binary', operator: text as Operator, left, right: this.#signed(), at };
    }
    return left;
  }

  #signed(): Expression {
    const { text, at } = this.#token;
    if (text !== '-' && text !== '+') {
      return this.#power();
    }
    if (++this.#depth > deepest) {
      throw fault(at, t('The formula is nested too deep. Write a simpler one.'));
    }
    this.#take();
    const of = this.#signed();
    this.#depth--;
    return text === '-' ? { kind: 'negate', of, at } : of;
  }

  #power(): Expression {
    const left = this.#operand();
    if (this.#token.text !== '^') {
      return left;
    }
    const { at } = this.#take();
    if (++this.#depth > deepest) {
      throw fault(at, t('The formula is nested too deep. Write a simpler one.'));
    }
    const right = this.#signed();
    this.#depth--;
    return { kind: 'binary', operator: '^', left, right, at };
  }

  #operand(): Expression {
    const token = this.#take();
    const { kind, text, at } = token;
    if (kind === 'number') {
      return { kind: 'number', value: Number(text), at };
    }
    if (kind === 'name') {
      return this.#name(token);
    }
    if (text === '(') {
      const inner = this.#sum();
      this.#close(at);
      return inner;
    }
    if (kind === 'end') {
      throw fault(at, t('The formula ends too early: a number, x or a function is missing here.'));
    }
    throw fault(at, t('A number, x or a function must stand here, not “{0}”.', text));
  }

  #name({ text, at }: Token): Expression {
    const called = this.#token.text === '(';
    if (text === 'x' && !called) {
      return { kind: 'x', at };
    }
    if (Object.hasOwn(constants, text) && !called) {
      return { kind: 'number', value: constants[text], at };
    }
    if (!Object.hasOwn(functions, text)) {
      throw unknownName(text, at, called);
    }
    const name = text as FunctionName;
    if (!called) {
      throw fault(at, t('{0} is a function. Write {0}(…).', name));
    }
    const open = this.#take();
    const of = [this.#sum()];
    while (this.#isAt(',')) {
      this.#take();
      of.push(this.#sum());
    }
    this.#close(open.at);
    const wanted = functions[name].arguments;
    if (of.length !== wanted) {
      const message =
        wanted === 1
          ? t('{0} takes one value, but {1} are here.', name, of.length)
          : t('{0} takes two values, parted by a comma.', name);
      throw fault(at, message);
    }
    return { kind: 'call', name, of, at };
  }

  /** Takes the bracket that closes the one at `open`. */
  #close(open: Span): void {
    const { text, kind, at } = this.#token;
    if (text === ')') {
      this.#take();
    } else if (kind === 'end') {
      throw fault(open, t('This “(” is never closed. Add “)”.'));
    } else if (text === ',') {
      throw fault(at, t('A comma parts the two values of min and max only. Write a point in decimal numbers.'));
    } else {
      throw fault(at, t('An operator is missing before “{0}”. Write * to multiply.', text));
    }
  }
}

function fault(at: Span, message: string, replacement?: string): FormulaError {
  return new FormulaError({ at, message, ...(replacement === undefined ? {} : { replacement }) });
}

function unknownName(text: string, at: Span, called: boolean): FormulaError {
  const known = called ? Object.keys(functions) : ['x', ...Object.keys(constants)];
  const meant =
    text.toLowerCase() === 'ln' && called
      ? 'log'
      : nearest(text, called ? known : [...known, ...Object.keys(functions)]);
  const message = meant
    ? t('“{0}” is unknown in a formula. Did you mean “{1}”?', text, meant)
    : called
      ? t('There is no function “{0}”. There are: {1}.', text, known.join(', '))
      : t('“{0}” is unknown in a formula. The one variable is x.', text);
  return fault(at, message, meant);
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)|([A-Za-z_]\w*)|(\*\*)|([-+*/^(),])|(\S))/gy;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, number, name, doubled, symbol, other] = match;
    end = match.index + whole.length;
    const found = number ?? name ?? doubled ?? symbol ?? other;
    const at: Span = [end - found.length, end];
    if (doubled) {
      throw fault(at, t('Powers are written with ^.'), '^');
    }
    if (other) {
      throw unexpected(characterAt(text, at[0]), at[0]);
    }
    const kind = number ? 'number' : name ? 'name' : 'symbol';
    tokens.push({ kind, text: found, at });
  }
  tokens.push({ kind: 'end', text: '', at: endOf(text) });
  return tokens;
}

function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 32);
}

/** The last character that is not a space. It is marked if something is missing after it. */
function endOf(text: string): Span {
  const { length } = text.trimEnd();
  return [Math.max(0, length - 1), Math.max(1, length)];
}

/** Typographic signs, and their spelling in a formula. */
const writtenFor: Readonly<Record<string, string>> = {
  '·': '*',
  '⋅': '*',
  '×': '*',
  '÷': '/',
  '−': '-',
  '–': '-',
  '²': '^2',
  '³': '^3',
  π: 'pi',
  '（': '(',
  '）': ')',
  '，': ',',
};

function unexpected(character: string, start: number): FormulaError {
  // A character outside the basic plane is two UTF-16 units; both are marked.
  const at: Span = [start, start + character.length];
  const written = Object.hasOwn(writtenFor, character) ? writtenFor[character] : undefined;
  if (written !== undefined) {
    return fault(at, t('“{0}” is written as {1} in a formula.', character, written), written);
  }
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/u.test(character)) {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return fault(at, t('The invisible character {0} cannot stand in a formula. Remove it.', `U+${code}`), '');
  }
  return fault(
    at,
    t('“{0}” cannot stand in a formula. It is made of numbers, x, + - * / ^, brackets and functions.', character),
  );
}
