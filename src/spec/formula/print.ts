/** A formula as text, with no more brackets than it needs. */
import { assertNever } from '../../common/assertNever';
import { constants, type Expression, type Operator } from './expression';

const ranks: Readonly<Record<Operator, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '^': 4 };
const signRank = 3;
const operandRank = 5;

export function printFormula(node: Expression): string {
  switch (node.kind) {
    case 'number':
      return Object.entries(constants).find(([, value]) => value === node.value)?.[0] ?? String(node.value);
    case 'x':
      return 'x';
    case 'negate':
      return `-${bracketed(node.of, signRank)}`;
    case 'binary': {
      const { operator, left, right } = node;
      const rank = ranks[operator];
      // Operators of equal rank: a - (b - c) and (a^b)^c keep their brackets.
      const open = operator === '-' || operator === '/' ? rank + 1 : rank;
      const text = [bracketed(left, operator === '^' ? rank + 1 : rank), bracketed(right, open)];
      return text.join(rank === 1 ? ` ${operator} ` : operator);
    }
    case 'call':
      return `${node.name}(${node.of.map(printFormula).join(', ')})`;
    case 'choose': {
      const [left, right, above, below] = [node.left, node.right, node.above, node.below].map(printFormula);
      return `(${left} > ${right} ? ${above} : ${below})`;
    }
    default:
      return assertNever(node);
  }
}

function bracketed(node: Expression, rank: number): string {
  const text = printFormula(node);
  return rankOf(node) < rank ? `(${text})` : text;
}

function rankOf(node: Expression): number {
  if (node.kind === 'binary') {
    return ranks[node.operator];
  }
  return node.kind === 'negate' || (node.kind === 'number' && node.value < 0) ? signRank : operandRank;
}
