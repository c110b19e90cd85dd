/** A trained network as one file of C99, without heap and without libraries but libm. */
import { t } from '@vscode/l10n';
import type { ExportFormat, ExportInput } from '../exportInput';
import { type Program, programOf } from './program';
import { comment, indented, inLines, real, type Table } from './source';

export const c: ExportFormat = {
  name: 'c',
  needs: 'weights',
  becomes: '.c',
  make: (input) => [{ path: 'predict.c', content: sourceOf(input) }],
};

const types: Readonly<Record<Table['type'], string>> = {
  float: 'static const float',
  double: 'static const double',
  text: 'const char *const',
};

function* sourceOf(input: ExportInput): Generator<string, void> {
  const program = programOf(input, (place) => `return ${/^\d+$/.test(place) ? Number(place) + 1 : `${place} + 1`};`);
  const { about, inputs, outputs } = program;
  yield `/*\n${[...about, t('Compile: {0}', 'cc -std=c99 main.c predict.c -lm')].map((line) => ` * ${line}\n`).join('')} */
#include <math.h>

${comment(t('Where a compiler fuses products and sums, last bits differ; GCC does not with -std=c99.'))}
#if defined(__clang__) || !defined(__GNUC__)
#pragma STDC FP_CONTRACT OFF
#endif

`;
  for (const table of [...program.names, ...program.tables]) {
    yield `${types[table.type]} ${table.name}[${table.length}] = {\n`;
    yield* inLines(table.literals);
    yield '};\n';
  }
  yield `\n${comment(t('Shared by all calls: one thread at a time may call predict.'))}\n`;
  yield program.buffers.map(({ name, size }) => `static float ${name}[${size}];\n`).join('');
  for (const source of program.functions) {
    yield `\n${source}\n`;
  }
  yield `
${comment(t('Returns 0, or the number of the input (from 1) that has no value.'))}
int predict(const double inputs[${inputs}], double outputs[${outputs}]) {
${indented([...program.body, 'return 0;']).join('\n')}
}
`;
  yield classSource(program);
}

function classSource({ threshold, outputs }: Program): string {
  if (threshold === undefined) {
    return '';
  }
  const head = `
${comment(t('The place of the predicted class in class_names; -1 where outputs are NaN.'))}
int predicted_class(const double outputs[${outputs}]) {
`;
  const body =
    outputs === 1
      ? [`return isnan(outputs[0]) ? -1 : outputs[0] > ${real(threshold)} ? 1 : 0;`]
      : [
          'int best = 0;',
          `for (int i = 0; i < ${outputs}; i++) {`,
          '    if (isnan(outputs[i])) {',
          '        return -1;',
          '    }',
          '    best = outputs[i] > outputs[best] ? i : best;',
          '}',
          'return best;',
        ];
  return `${head}${indented(body).join('\n')}\n}\n`;
}
