/** Words about the format of a file: what is doubtful, and what is read as text and need not be. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { shorten } from '../common/limits';
import type { Encoding, TextFormat } from '../spec/spec';
import type { BadByte } from './decode';
import { type DelimitedRequest, type Doubt, type FoundFormat, possibleEncodingsAt } from './findFormat';
import { type NumberFormat, otherNumberFormat } from './numbers';
import type { Problems } from './problems';
import type { CategoryColumn, Table } from './table';

/** Reports a byte that stands for nothing in the file's encoding. */
export function reportByte(request: DelimitedRequest, encoding: Encoding, bad: BadByte, problems: Problems): void {
  const { line, character, byte, offset } = bad;
  const shown = byte.toString(16).padStart(2, '0');
  const message =
    request.given?.encoding === undefined && encoding === 'utf-8'
      ? t(
          'Line {0}: the byte 0x{1} is not UTF-8, and no other encoding was recognised. Save the file as UTF-8, or write its encoding under format.',
          line + 1,
          shown,
        )
      : t(
          'Line {0}: the byte 0x{1} stands for no character in {2}. Save the file as UTF-8, or write its encoding under format.',
          line + 1,
          shown,
          encoding,
        );
  const others = possibleEncodingsAt(request.bytes, offset).filter((each) => each !== encoding);
  const at = { file: request.fileName, line, character, endCharacter: character + 1 };
  problems.add('not-utf8', message, request.path, at, { formats: others.map((each) => ({ encoding: each })) });
}

export function reportDoubts(request: DelimitedRequest, { format, doubts }: FoundFormat, problems: Problems): void {
  for (const doubt of doubts) {
    reportDoubt(request, format[doubt.key], doubt, problems);
  }
}

export function reportDoubt(
  { fileName, path }: DelimitedRequest,
  chosen: TextFormat[keyof TextFormat],
  doubt: Doubt,
  problems: Problems,
): void {
  const more = { severity: 'warning', formats: doubt.others } as const;
  problems.add('doubtful-format', doubtWords(fileName, chosen, doubt), path, undefined, more);
}

function doubtWords(fileName: string, chosen: TextFormat[keyof TextFormat], doubt: Doubt): string {
  const { key, others, example = '' } = doubt;
  switch (key) {
    case 'encoding':
      return t(
        'The bytes of {0} are text in more than one encoding: {1}, {2}. It is read as {1}; write the right one under format.',
        fileName,
        String(chosen),
        others.map(({ encoding }) => encoding).join(', '),
      );
    case 'delimiter':
      return t(
        'Every line of {0} is separated by more than one sign: {1}, {2}. It is read by {1}; write the right one under format.',
        fileName,
        delimiterWords(chosen as TextFormat['delimiter']),
        others.map(({ delimiter }) => delimiterWords(delimiter ?? ',')).join(', '),
      );
    case 'decimal':
    case 'thousands':
      return t(
        'A number such as {1} in {0} can be read in two ways: its sign may separate decimals or thousands. Write decimal and thousands under format.',
        fileName,
        shorten(example, 20),
      );
    case 'header':
      return t(
        'The first line of {0} holds only numbers: it is read as a row, and the columns are called c0, c1, …. Write header under format.',
        fileName,
      );
    default:
      return assertNever(key);
  }
}

/** Reports columns of text that are numbers in another format, and dates with two meanings. */
export function reportTexts(request: DelimitedRequest, table: Table, problems: Problems): Table {
  const { found } = table;
  for (const column of found ? table.columns : []) {
    if (!found || problems.full || Object.hasOwn(request.types, column.name)) {
      continue;
    }
    if (found.dates.get(column.name)?.other) {
      reportDates(request, column.name, problems);
    }
    const numbers = column.type === 'category' ? numbersIn(column, found.format) : undefined;
    if (numbers) {
      problems.add(
        'other-decimal',
        t(
          '“{0}” is read as text, but its cells, such as {1}, would be numbers in another format. Write decimal and thousands under format.',
          column.name,
          shorten(numbers.example, 20),
        ),
        request.path,
        undefined,
        { severity: 'warning', formats: [numbers.format] },
      );
    }
  }
  return table;
}

/** Reports dates with two meanings. */
export function reportDates({ path }: Pick<DelimitedRequest, 'path'>, name: string, problems: Problems): void {
  problems.add(
    'doubtful-format',
    t(
      'The dates of “{0}” may begin with the day or with the month; they are read with the day first. Write date_dmy or date_mdy under types.',
      name,
    ),
    path,
    undefined,
    { severity: 'warning', types: { column: name, choices: ['date_dmy', 'date_mdy'] } },
  );
}

/** Values of a column that are looked at. */
const mostValues = 1000;

/** The format in which at least half of a column's values are numbers, which in the file's own are text. */
function numbersIn(
  { values }: CategoryColumn,
  format: TextFormat,
): { readonly format: NumberFormat; readonly example: string } | undefined {
  const looked = values.slice(0, mostValues);
  const numeric = looked.filter((text) => otherNumberFormat(text, format) !== undefined);
  const [example] = numeric;
  const other = example === undefined ? undefined : otherNumberFormat(example, format);
  return other && 2 * numeric.length >= looked.length ? { format: other, example } : undefined;
}

export function delimiterWords(delimiter: TextFormat['delimiter']): string {
  switch (delimiter) {
    case ',':
      return t('commas');
    case ';':
      return t('semicolons');
    case '\t':
      return t('tabs');
    case '|':
      return t('vertical bars');
    case ':':
      return t('colons');
    case ' ':
      return t('spaces');
    default:
      return assertNever(delimiter);
  }
}
