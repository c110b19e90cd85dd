/** A trained network as one module of JavaScript. Its functions and loops are those of the C program. */
import { t } from '@vscode/l10n';
import type { ExportFormat, ExportInput } from '../exportInput';
import { type Program, programOf } from './program';
import { comment, indented, inLines, real, type Table } from './source';

export const javascript: ExportFormat = {
  name: 'javascript',
  needs: 'weights',
  becomes: '.mjs',
  make: (input) => [{ path: 'predict.mjs', content: sourceOf(input) }],
};

const makers: Readonly<Record<Table['type'], readonly [before: string, after: string]>> = {
  float: ['const', 'new Float32Array('],
  double: ['const', ''],
  text: ['export const', ''],
};

function* sourceOf(input: ExportInput): Generator<string, void> {
  const program = programOf(input, (place) => `throw new RangeError(\`inputs[\${${place}}]\`);`);
  const { about, inputs, outputs } = program;
  yield `/*\n${about.map((line) => ` * ${line}\n`).join('')} */\n\n`;
  for (const table of [...program.names, ...program.tables]) {
    const [keyword, maker] = makers[table.type];
    yield `${keyword} ${table.name} = ${maker}[\n`;
    yield* inLines(table.literals);
    yield maker === '' ? '];\n' : ']);\n';
  }
  yield '\n';
  yield program.buffers.map(({ name, size }) => `const ${name} = new Float32Array(${size});\n`).join('');
  for (const source of functionsSource(program.functions)) {
    yield `\n${source}\n`;
  }
  const body = [
    `if (inputs.length !== ${inputs}) {`,
    `    throw new RangeError(\`\${inputs.length} !== ${inputs}\`);`,
    '}',
    `const outputs = new Array(${outputs});`,
    toJavaScript(program.body.join('\n')),
    'return outputs;',
  ];
  yield `
${comment(t('Takes one number for each column; a RangeError names an input that has no value.'))}
export function predict(inputs) {
${indented(body.join('\n').split('\n')).join('\n')}
}
`;
  yield classSource(program);
}

/** Expressions and statements of C as JavaScript. */
function toJavaScript(source: string): string {
  return source
    .replace(/\bconst (?:double|int) /g, 'const ')
    .replace(/\b(?:double|int) (\w+)\[(\d+)\];/g, 'const $1 = new Array($2);')
    .replace(/\b(?:double|int) (?=\w+ =)/g, 'let ')
    .replace(/\((?:double|int)\)/g, '')
    .replace(/\(float\)(\w+)/g, 'Math.fround($1)')
    .replace(/\b(floor|sqrt)\(/g, 'Math.$1(')
    .replace(/\bfabs\(/g, 'Math.abs(')
    .replace(/\bisnan\(/g, 'Number.isNaN(')
    .replace(/\bINFINITY\b/g, 'Infinity')
    .replace(/\bNAN\b/g, 'NaN')
    .replace(/ ([=!])= /g, ' $1== ');
}

/** A function or a table of `functions.c`. */
function definitionSource(source: string): string {
  const [head, ...rest] = source.split('\n');
  const [, name, parameters] = /^static (?:void|double|int) (\w+)\((.*)\) \{$/.exec(head) ?? [];
  if (name !== undefined) {
    const names = parameters
      .split(', ')
      .map((each) => each.slice(1 + Math.max(each.lastIndexOf(' '), each.lastIndexOf('*'))));
    return [`function ${name}(${names.join(', ')}) {`, toJavaScript(rest.join('\n'))].join('\n');
  }
  return source.replace(/^static const double (\w+)\[\d+\] = \{/, 'const $1 = [').replace('};', '];');
}

/** Functions of C as JavaScript, after those that C's library has for the exponent of a number. */
export function functionsSource(functions: readonly string[]): string[] {
  const called = functions.join('\n');
  const [hasScale, hasExponent] = [called.includes('ldexp('), called.includes('ilogb(')];
  return [
    ...(hasScale || hasExponent ? ['const bits = new DataView(new ArrayBuffer(8));'] : []),
    ...(hasScale
      ? [
          `function power_of_two(k) {
    bits.setUint32(0, (k + 1023) << 20);
    bits.setUint32(4, 0);
    return bits.getFloat64(0);
}`,
          `function ldexp(y, k) {
    const first = Math.max(-1000, Math.min(1000, k));
    return y * power_of_two(first) * power_of_two(k - first);
}`,
        ]
      : []),
    ...(hasExponent
      ? [
          `function ilogb(x) {
    bits.setFloat64(0, x);
    return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
}`,
        ]
      : []),
    ...functions.map(definitionSource),
  ];
}

function classSource({ threshold, outputs }: Program): string {
  if (threshold === undefined) {
    return '';
  }
  const body =
    outputs === 1
      ? `    return class_names[outputs[0] > ${real(threshold)} ? 1 : 0];`
      : `    return class_names[outputs.indexOf(Math.max(...outputs))];`;
  return `
${comment(t('The predicted class; undefined where outputs are NaN.'))}
export function predictedClass(outputs) {
    if (outputs.some(Number.isNaN)) {
        return undefined;
    }
${body}
}
`;
}
