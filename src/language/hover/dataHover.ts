/** Hovers of built-in sets, data files and columns. */
import { fill, fillCount, type Labels, labels } from '../../spec/catalogue/texts/labels';
import type { Language } from '../../spec/catalogue/types';
import { cyclesBetween, isoDate } from '../../spec/dates';
import { sourceTexts } from '../../spec/schemaTexts';
import { type BuiltInSource, findSource } from '../../spec/sources';
import type { TextFormat } from '../../spec/spec';
import type { TableColumn, TableFacts } from '../../spec/tableFacts';
import { labelColumn } from '../../spec/tableFiles';
import { shortNumber } from '../text/shortNumber';
import { showValue } from '../text/showValue';
import { capital, code, plain } from './markdown';

/** Maximum numbers of columns and classes in a hover. */
const maxColumns = 12;
const maxClasses = 8;

/** Markdown of a built-in set; `table` adds the contents of the shipped file. Empty for an unknown name. */
export function sourceHover(
  name: string,
  { language, table, brief }: { readonly language: Language; readonly table?: TableFacts; readonly brief?: boolean },
): string {
  const source = findSource(name);
  const text = Object.hasOwn(sourceTexts[language], name) ? sourceTexts[language][name] : undefined;
  if (!source || !text) {
    return '';
  }
  const words = labels[language];
  const { reference } = words;
  const isShipped = source.kind === 'shipped';
  const heading = [
    `**${plain(name)}** · ${reference.source}`,
    plain(text.summary),
    isShipped ? sizeOf(source.rows, source.columns.length, words) : reference.generated,
  ];
  if (brief) {
    return heading.join('\n\n');
  }
  return [
    ...heading,
    `**${capital(words.use)}** ${plain(text.use)}`,
    parametersOf(source, words),
    `**${reference.target}** ${source.target.map(code).join(', ')}`,
    table ? balance(table, source.target, words) : '',
    table ? columnList(table, words) : names(source.columns, words),
    isShipped
      ? `**${reference.licence}** ${plain(source.licence)}  \n**${reference.origin}** [${plain(source.origin)}](${source.url})`
      : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Markdown of a data file. `target`: the columns to predict; the classes of a single one are counted. */
export function fileHover(path: string, table: TableFacts, target: readonly string[], language: Language): string {
  const words = labels[language];
  const missing = table.columns.reduce((sum, column) => sum + column.missing, 0);
  return [
    `**${plain(path)}** · ${words.reference.dataFile}`,
    `${sizeOf(table.rows, table.columns.length + (table.others ?? 0), words)} · ${missingWords(missing, words)}`,
    table.format ? formatWords(table.format, words) : '',
    balance(table, target, words),
    columnList(table, words),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Markdown of a folder of images: how many each class has. */
export function folderHover(path: string, table: TableFacts, language: Language): string {
  const words = labels[language];
  return [
    `**${plain(path)}** · ${words.reference.imageFolder}`,
    fillCount(words.reference.images, table.rows),
    balance(table, [labelColumn], words),
  ].join('\n\n');
}

/** How the file is written: `semicolons, decimal comma, EUC-KR`. */
export function formatWords(format: TextFormat, { reference }: Labels): string {
  const { delimiter, decimal, thousands, encoding, header } = format;
  const { delimiters, decimals } = reference;
  return [
    delimiters[delimiter],
    decimals[decimal],
    ...(thousands === 'none' ? [] : [fill(reference.thousands, code(thousands))]),
    code(encoding),
    ...(header ? [] : [reference.noHeader]),
  ].join(', ');
}

/** Markdown of a column. */
export function columnHover(column: TableColumn, rows: number, language: Language): string {
  const words = labels[language];
  const { reference } = words;
  const mean =
    column.mean === undefined || column.type === 'date' ? [] : [fill(reference.mean, shortNumber(column.mean))];
  return [
    `**${plain(column.name)}** · ${reference.column}`,
    [describe(column, words), ...mean, missingWords(column.missing, words)].join(' · '),
    isCounted(column) ? counts(column, rows, words) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Whether values are counted: measured values are described by their range instead. */
function isCounted({ type, whole, distinct, counts: values }: TableColumn): boolean {
  return values.length > 0 && (type === 'category' || (whole === true && distinct <= maxColumns));
}

function parametersOf({ parameters }: BuiltInSource, words: Labels): string {
  if (parameters.length === 0) {
    return '';
  }
  const lines = parameters.map(({ name, default: value }) => {
    const meaning = words.sourceParameters[name as keyof Labels['sourceParameters']] ?? '';
    return `- ${code(name)} (${words.default} ${code(showValue(value))}): ${plain(meaning)}`;
  });
  return `**${words.parameters}**\n${lines.join('\n')}`;
}

/** The classes of the target with their shares. */
function balance({ columns, rows }: TableFacts, target: readonly string[], words: Labels): string {
  const found = columns.filter(({ name, counts: values }) => target.includes(name) && values.length > 0);
  return found.length === 1 ? counts(found[0], rows, words) : '';
}

function counts({ name, counts: values, distinct }: TableColumn, rows: number, words: Labels): string {
  const lines = values.slice(0, maxClasses).map(({ value, count }) => {
    const share = rows > 0 ? (100 * count) / rows : 0;
    return `| ${code(cell(value))} | ${count} | ${share.toFixed(1)} % |`;
  });
  const more = distinct - Math.min(values.length, maxClasses);
  const rest = more > 0 ? `\n\n${fill(words.reference.more, more)}` : '';
  return `| ${code(cell(name))} | ${words.reference.rowCount} | ${words.reference.share} |\n|:--|--:|--:|\n${lines.join('\n')}${rest}`;
}

function columnList({ columns, others = 0 }: TableFacts, words: Labels): string {
  const { reference } = words;
  const lines = columns.slice(0, maxColumns).map((column) => {
    const missing = column.missing > 0 ? fill(reference.missing, column.missing) : '';
    return `| ${code(cell(column.name))} | ${describe(column, words)} | ${missing} |`;
  });
  const more = columns.length + others - maxColumns;
  const rest = more > 0 ? `\n\n${fill(reference.more, more)}` : '';
  return `| ${reference.columns} | | |\n|:--|:--|--:|\n${lines.join('\n')}${rest}`;
}

function names(columns: readonly string[], words: Labels): string {
  const shown = columns.slice(0, maxColumns).map(code).join(', ');
  const more = columns.length - maxColumns;
  return `**${words.reference.columns}** ${shown}${more > 0 ? ` ${fill(words.reference.more, more)}` : ''}`;
}

function describe({ type, minimum, maximum, distinct, unit }: TableColumn, { reference }: Labels): string {
  if (type === 'category') {
    return `${reference.category}, ${fillCount(reference.distinct, distinct)}`;
  }
  if (minimum === undefined || maximum === undefined) {
    return type === 'date' ? reference.date : reference.number;
  }
  if (type === 'date') {
    const parts = cyclesBetween(minimum, maximum).map((cycle) => reference.cycles[cycle]);
    const inputs = [reference.days, ...parts].join(', ');
    return `${reference.date} ${isoDate(minimum)} … ${isoDate(maximum)} (${inputs})`;
  }
  const written = unit === undefined ? '' : ` (${code(unit.replace('#', '…'))})`;
  return `${reference.number} ${shortNumber(minimum)} … ${shortNumber(maximum)}${written}`;
}

function sizeOf(rows: number, columns: number, { reference }: Labels): string {
  return `${fillCount(reference.rows, rows)}, ${fillCount(reference.columnCount, columns)}`;
}

function missingWords(missing: number, { reference }: Labels): string {
  return missing > 0 ? fill(reference.missing, missing) : reference.noMissing;
}

/** A cell of a Markdown table cannot contain a line break or a bar. */
function cell(text: string): string {
  const flat = text.replace(/[\r\n]+/g, ' ').replaceAll('|', '¦');
  return flat.length > 40 ? `${flat.slice(0, 40)}…` : flat;
}
