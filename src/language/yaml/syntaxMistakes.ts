/**
 * Mistakes that YAML reports far from their place, or in its own terms: a dash in another column, a comma at
 * the end of a line, a full-width colon, brackets of another language. Each function looks only at a few
 * lines around the error.
 */
import { t } from '@vscode/l10n';
import type { ErrorCode } from 'yaml';
import { specSchema, type ThingKind } from '../../spec/schema';
import type { Edit } from '../fixes/edits';
import { spaceLike, strangeSpaceMessage } from '../fixes/mistypedKeys';
import { findParameter, findThing, findThingByAlias } from '../schema/things';
import { lineStartOf, type Span } from '../text/lines';

export interface Mistake {
  readonly span: Span;
  readonly message: string;
  readonly title?: string;
  /** The edits that mend it. They may search the whole text, and the caller must check them. */
  readonly edits?: () => readonly Edit[];
}

/** Number of characters around the error that are searched. */
const reach = 4000;

/** The mistake behind a syntax error; several errors with one cause have the same mistake. */
export function mistakeBehind(code: ErrorCode, at: number, text: string): Mistake | undefined {
  const line = lineAt(text, at);
  return (
    spaceSlip(text, line) ??
    fenceSlip(text, line) ??
    commentSlip(text, at) ??
    (code === 'TAB_AS_INDENT' ? tabSlip(text, at) : undefined) ??
    (code === 'MISSING_CHAR' ? directiveSlip(text, at) : undefined) ??
    listBehindKeySlip(text, line) ??
    (code === 'MULTILINE_IMPLICIT_KEY' || code === 'MISSING_CHAR' ? tightColonSlip(line) : undefined) ??
    (code === 'BAD_INDENT' ? bracketSlip(text, at) : undefined) ??
    columnSlip(code, text, at, line) ??
    fullWidthSlip(code, text, at) ??
    (code === 'MULTILINE_IMPLICIT_KEY' ? colonSlip(text, at) : undefined) ??
    (code === 'MULTILINE_IMPLICIT_KEY' || code === 'BLOCK_AS_IMPLICIT_KEY' ? inwardSlip(text, line) : undefined) ??
    (code === 'UNEXPECTED_TOKEN' ? (commaSlip(text, at) ?? comparisonSlip(line)) : undefined) ??
    (code === 'BLOCK_AS_IMPLICIT_KEY' ? (bracesSlip(text, at, line) ?? quotesSlip(at, line)) : undefined) ??
    (code === 'BLOCK_IN_FLOW' ? innerBracesSlip(text, at) : undefined) ??
    (code === 'BAD_DQ_ESCAPE' ? pathSlip(at, line) : undefined)
  );
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly written: string;
  /** Spaces before its first word. */
  readonly column: number;
}

function lineAt(text: string, at: number): Line {
  const start = lineStartOf(text, at);
  const newline = text.indexOf('\n', start);
  const end = newline < 0 ? text.length : newline;
  const written = text.slice(start, Math.min(end, start + reach)).replace(/\r$/, '');
  return { start, end, written, column: written.length - written.trimStart().length };
}

/** The lines above, nearest first, without blank lines and comments. */
function* linesAbove(text: string, { start }: Line): Generator<Line> {
  for (let at = start; at > 0 && start - at < reach; ) {
    const line = lineAt(text, at - 1);
    if (/^\s*[^\s#]/.test(line.written)) {
      yield line;
    }
    at = line.start;
  }
}

const strangeSpace = new RegExp(spaceLike, 'g');
/** The spaces of all kinds where lines are indented, or right after a colon, a comma or a dash. */
const gaps = new RegExp(`(?:^|[:,-])(?: |${spaceLike})+`, 'gm');

/** Characters in the gaps that look like spaces. */
function strangeSpaces(text: string): { readonly index: number; readonly character: string }[] {
  return [...text.matchAll(gaps)].flatMap(({ index: gap, 0: spaces }) =>
    [...spaces.matchAll(strangeSpace)].map(({ index, 0: character }) => ({ index: gap + index, character })),
  );
}

function spaceSlip(text: string, line: Line): Mistake | undefined {
  const [above] = linesAbove(text, line);
  const from = above?.start ?? line.start;
  const [first] = strangeSpaces(text.slice(from, Math.min(line.end, from + 2 * reach)));
  if (!first) {
    return undefined;
  }
  const at = from + first.index;
  return {
    span: [at, at + 1],
    message: strangeSpaceMessage(first.character),
    title: t('Change to plain spaces'),
    edits: () => strangeSpaces(text).map(({ index }) => ({ span: [index, index + 1], newText: ' ' })),
  };
}

/** Three backticks of Markdown around the spec. */
function fenceSlip(text: string, line: Line): Mistake | undefined {
  if (!/^`{3}[\w-]*\s*$/.test(line.written)) {
    return undefined;
  }
  const edits = () =>
    [...text.matchAll(/^`{3}[\w-]*[ \t\r]*$/gm)].map(({ index, 0: written }): Edit => {
      const next = text[index + written.length] === '\n' ? 1 : 0;
      return { span: [index, index + written.length + next], newText: '' };
    });
  return {
    span: [line.start, line.start + line.written.trimEnd().length],
    message: t('This line belongs to Markdown, not to the spec. Remove it.'),
    title: t('Remove the lines of backticks'),
    edits,
  };
}

function commentSlip(text: string, at: number): Mistake | undefined {
  if (!text.startsWith('//', at)) {
    return undefined;
  }
  // All of them at once: fixing one alone would leave the file broken.
  const edits = () =>
    [...text.matchAll(/(?<=^|[ \t])\/\/(?=[ \t]|$)/gm)].map(
      ({ index }): Edit => ({ span: [index, index + 2], newText: '#' }),
    );
  const end = lineAt(text, at).end;
  return {
    span: [at, at + text.slice(at, end).trimEnd().length],
    message: t('A comment begins with “#”, not with “//”.'),
    title: t('Begin comments with “#”'),
    edits,
  };
}

/** Tabs before the first word of a line, or right after a dash. */
function tabSlip(text: string, at: number): Mistake {
  const tabs = /^\t+/.exec(text.slice(at, at + reach))?.[0].length ?? 1;
  return {
    span: [at, at + tabs],
    message: t('Tabs do not indent in YAML. Use spaces.'),
    title: t('Indent with spaces'),
    edits: () => tabEdits(text),
  };
}

function tabEdits(text: string): Edit[] {
  const edits: Edit[] = [];
  for (const { index: start, 0: blanks } of text.matchAll(/^(?: *\t|[ \t]*-[ \t])[ \t-]*/gm)) {
    let isBehindDash = false;
    for (let at = 0; at < blanks.length; at++) {
      if (blanks[at] === '\t') {
        edits.push({ span: [start + at, start + at + 1], newText: isBehindDash ? ' ' : '  ' });
      }
      isBehindDash = blanks[at] === '-' || (isBehindDash && /[ \t]/.test(blanks[at]));
    }
  }
  return edits;
}

/** `%YAML 1.2` needs `---` after it; a spec needs neither. */
function directiveSlip(text: string, at: number): Mistake | undefined {
  const directives = /^(?:%[^\n]*\n)+/.exec(text.slice(0, reach));
  if (!directives || text.slice(directives[0].length, at).trim() !== '') {
    return undefined;
  }
  const first = lineAt(text, 0);
  return {
    span: [0, first.written.trimEnd().length],
    message: t('A spec needs no line that begins with %. Remove it.'),
    title: t('Remove the line'),
    edits: () => [{ span: [0, directives[0].length], newText: '' }],
  };
}

/** `layers: - dense: 4`. */
function listBehindKeySlip(text: string, line: Line): Mistake | undefined {
  let holder = line;
  let found = listBehindKey(line.written);
  if (!found && /^\s*- /.test(line.written)) {
    // Later lines in the column of its dash belong to its list.
    const [above] = linesAbove(text, line);
    found = above && listBehindKey(above.written);
    if (!found || found.dash !== line.column) {
      return undefined;
    }
    holder = above;
  }
  if (!found) {
    return undefined;
  }
  const { colon, dash } = found;
  const newText = `\n${' '.repeat(dash)}`;
  return {
    span: [holder.start + dash, holder.start + dash + 1],
    message: t('A list begins on the line after its key.'),
    title: t('Begin a new line'),
    edits: () => [{ span: [holder.start + colon + 1, holder.start + dash], newText }],
  };
}

function listBehindKey(written: string): { readonly colon: number; readonly dash: number } | undefined {
  const found = /^\s*(?:- )*[\w-]+(:[ ]+)- /.exec(written);
  if (!found) {
    return undefined;
  }
  const dash = found[0].length - 2;
  return { colon: dash - found[1].length, dash };
}

/** A dash or a key in a column where nothing above begins. */
function columnSlip(code: ErrorCode, text: string, from: number, line: Line): Mistake | undefined {
  const word = /^ *(-(?=\s)|[\w-]+(?=\s*:))/.exec(line.written)?.[1];
  if (!word || from > line.start + line.column) {
    return undefined;
  }
  const isDash = word === '-';
  const dashCodes: readonly ErrorCode[] = [
    'BLOCK_AS_IMPLICIT_KEY',
    'MULTILINE_IMPLICIT_KEY',
    'MISSING_CHAR',
    'BAD_INDENT',
  ];
  if (isDash ? !dashCodes.includes(code) : code !== 'BAD_INDENT') {
    return undefined;
  }
  const columns: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const above of linesAbove(text, line)) {
    // Only maps and lists that still enclose this line, including a map that begins after a dash.
    if (above.column < least) {
      least = above.column;
      const dashes = /^\s*((?:- +)*)/.exec(above.written)?.[1] ?? '';
      if (isDash ? dashes !== '' : dashes === '') {
        columns.push(above.column);
      } else if (!isDash) {
        columns.push(above.column + dashes.length);
      }
    }
    if (least === 0) {
      break;
    }
  }
  // A chapter belongs in the first column.
  const isChapter = least === 0 && specSchema.keys.some(({ name }) => name === word);
  const wanted = isChapter ? 0 : nearestOf(columns, line.column);
  if (wanted === undefined) {
    return undefined;
  }
  const at = line.start + line.column;
  const title = t('Begin it in column {0}', wanted + 1);
  const edits = () => shifted(text, line, wanted - line.column);
  const message = isDash
    ? t(
        'The dashes of one list stand below one another; this one begins in column {0}, not {1}.',
        line.column + 1,
        wanted + 1,
      )
    : t(
        '“{0}” begins in column {1}, where nothing around it does. Keys of one map begin in the same column, such as {2}.',
        word,
        line.column + 1,
        wanted + 1,
      );
  return { span: [at, at + word.length], message, title, edits };
}

function nearestOf(columns: readonly number[], column: number): number | undefined {
  const others = columns.filter((each) => each !== column);
  return others.sort((a, b) => Math.abs(a - column) - Math.abs(b - column))[0];
}

/** Moves a line, the lines nested under it, and the lines after it in its column. */
function shifted(text: string, line: Line, by: number): Edit[] {
  const edits: Edit[] = [];
  // If the next line is only one column deeper, it was not moved right with this line, so it stays.
  const below = lineAt(text, line.end + 1);
  if (by < 0 && below.start > line.start && below.column === line.column + 1) {
    return [{ span: [line.start, line.start - by], newText: '' }];
  }
  for (let at = line.start; at < text.length && edits.length < 200; ) {
    const each = lineAt(text, at);
    const isBlank = each.written.trim() === '';
    if (!isBlank && each.column < line.column) {
      break;
    }
    if (!isBlank) {
      edits.push(by > 0 ? { span: [at, at], newText: ' '.repeat(by) } : { span: [at, at - by], newText: '' });
    }
    at = each.end + 1;
  }
  return edits;
}

const wide: Readonly<Record<string, string>> = { '：': ':', '，': ',', '、': ',', '；': ',', ';': ',' };

/** Punctuation of another script or language, where YAML has its own. */
function fullWidthSlip(code: ErrorCode, text: string, at: number): Mistake | undefined {
  const inFlow = code === 'BLOCK_IN_FLOW';
  if (!inFlow && code !== 'MULTILINE_IMPLICIT_KEY') {
    return undefined;
  }
  const found = (inFlow ? /^[^\n:{}[\]"'，、；;]*?([，、；;])/ : /^[^\s:：]+[ ]*(：)/).exec(text.slice(at, at + reach));
  if (!found) {
    return undefined;
  }
  const mark = found[1];
  const end = at + found[0].length;
  const plain = wide[mark];
  const gap = /\s/.test(text[end] ?? '\n') ? '' : ' ';
  return {
    span: [end - 1, end],
    message: t('“{0}” does not separate anything in YAML. Write “{1}”.', mark, plain),
    title: t('Change to “{0}”', plain),
    edits: () => [{ span: [end - 1, end], newText: plain + gap }],
  };
}

/** `epochs:50` on a line of its own. */
function tightColonSlip({ start, written, column }: Line): Mistake | undefined {
  const found = /^\s*([A-Za-z_]\w*):([\w.+-]+)\s*(?:#.*)?$/.exec(written);
  if (!found) {
    return undefined;
  }
  const [, key, value] = found;
  const at = start + column + key.length + 1;
  return {
    span: [start + column, at + value.length],
    message: t('After a colon comes a space: “{0}: {1}”.', key, value),
    title: t('Put a space after the colon'),
    edits: () => [{ span: [at, at], newText: ' ' }],
  };
}

/** `units 4` or `units = 4` on a line of its own. */
function colonSlip(text: string, at: number): Mistake | undefined {
  const found = /^([A-Za-z_]\w*)([ ]*=[ ]*|[ ]+)([^\s:=#][^\n:#]*)(?=[\n#])/.exec(text.slice(at, at + reach));
  // After a colon it is a value, continued by mistake.
  if (!found || /:[ ]*$/.test(text.slice(Math.max(0, at - 50), at))) {
    return undefined;
  }
  const [, key, between] = found;
  const value = found[3].trimEnd();
  const gap: Span = [at + key.length, at + key.length + between.length];
  return {
    span: [at, gap[1] + value.length],
    message: t('A colon is missing: “{0}: {1}”.', key, value),
    title: t('Put a colon after it'),
    edits: () => [{ span: gap, newText: ': ' }],
  };
}

/** `{ source: moons ]`. */
function bracketSlip(text: string, at: number): Mistake | undefined {
  const mark = text[at];
  if (mark !== '}' && mark !== ']') {
    return undefined;
  }
  const before = text.slice(Math.max(0, at - reach), at);
  let depth = 0;
  let open: string | undefined;
  for (let i = before.length - 1; i >= 0 && open === undefined; i--) {
    if (before[i] === '}' || before[i] === ']') {
      depth++;
    } else if ((before[i] === '{' || before[i] === '[') && depth-- === 0) {
      open = before[i];
    }
  }
  const wanted = open === '{' ? '}' : ']';
  if (open === undefined || wanted === mark) {
    return undefined;
  }
  return {
    span: [at, at + 1],
    message: t('This “{0}” does not close the “{1}” before it. Write “{2}”.', mark, open, wanted),
    title: t('Change to “{0}”', wanted),
    edits: () => [{ span: [at, at + 1], newText: wanted }],
  };
}

const thingKinds: readonly ThingKind[] = [
  'optimizer',
  'layer',
  'activation',
  'loss',
  'schedule',
  'source',
  'initializer',
];

/**
 * Parameters under a name without a colon: `optimizer: adam`, and below it, indented, `learning_rate: 0.01`.
 */
function inwardSlip(text: string, line: Line): Mistake | undefined {
  const found = /^(\s*(?:- )?[\w-]+:)[ ]+([A-Za-z_]\w*)\s*$/.exec(line.written);
  if (!found) {
    return undefined;
  }
  const next = lineAt(text, line.end + 1);
  const key = /^\s*([A-Za-z_]\w*)(?=:(?:\s|$))/.exec(next.written)?.[1];
  if (!key || next.column <= line.column || next.start === line.start) {
    return undefined;
  }
  const [, holder, name] = found;
  const at = next.start + next.column;
  const span: Span = [at, at + key.length];
  const takes = thingKinds.some((kind) => {
    const entry = findThing(kind, name) ?? findThingByAlias(kind, name);
    return entry && findParameter(entry, key).parameter;
  });
  if (!takes) {
    const column = line.column + (/^ *(- +)?/.exec(line.written)?.[1]?.length ?? 0);
    return {
      span,
      message: t(
        '“{0}” is indented as if it went on with “{1}”. Give it the column of the keys it stands among.',
        key,
        name,
      ),
      title: t('Begin it in column {0}', column + 1),
      edits: () => shifted(text, next, column - next.column),
    };
  }
  const gap: Span = [line.start + holder.length, line.start + line.written.trimEnd().length];
  const edits = () => [{ span: gap, newText: `\n${' '.repeat(next.column)}${name}:` }, ...shifted(text, next, 2)];
  return {
    span,
    message: t(
      '“{0}” cannot stand under “{1}”, which has no colon. Write “{1}:” on a line of its own above it.',
      key,
      name,
    ),
    title: t('Write “{0}” on a line of its own', `${name}:`),
    edits,
  };
}

/** A comma at the end of a line, as in JSON. */
function commaSlip(text: string, at: number): Mistake | undefined {
  const comma = /^[ \t]*,(?=[ \t]*(?:#|\r?\n|$))/.exec(text.slice(at, at + reach));
  if (!comma) {
    return undefined;
  }
  const start = at + comma[0].length - 1;
  return {
    span: [start, start + 1],
    message: t('A line ends without a comma; commas stand only between braces or brackets.'),
    title: t('Remove the comma'),
    edits: () => commaEdits(text, start),
  };
}

/** Removes the comma, and those of the next lines, which probably have the same mistake. */
function commaEdits(text: string, comma: number): Edit[] {
  const edits: Edit[] = [{ span: [comma, comma + 1], newText: '' }];
  const rest = text.slice(comma + 1);
  for (const { index, 1: before } of rest.matchAll(/^( *(?:- |\w+:).*[}\]"'] *),(?=[ \t]*(?:#|\r?$))/gm)) {
    const at = comma + 1 + index + before.length;
    edits.push({ span: [at, at + 1], newText: '' });
  }
  return edits;
}

/** `- accuracy: > 0.9`. */
function comparisonSlip(line: Line): Mistake | undefined {
  const found = /^(\s*-\s+)(\w+)(:\s*)([<>]=?)\s*([\d.]+)/.exec(line.written);
  if (!found) {
    return undefined;
  }
  const [, dash, name, between, sign, value] = found;
  const colon = line.start + dash.length + name.length;
  return {
    span: [colon, colon + 1],
    message: t('An expectation has no colon: “{0} {1} {2}”.', name, sign, value),
    title: t('Remove the colon'),
    edits: () => [{ span: [colon, colon + between.length], newText: ' ' }],
  };
}

/** `dense: (units: 8, activation: relu)`, or `dense: 16, activation: relu`. */
function bracesSlip(text: string, at: number, line: Line): Mistake | undefined {
  const round = /:[ ]+(\(([^()\n]*)\))\s*(?:#|$)/.exec(line.written);
  if (round) {
    const start = line.start + round.index + round[0].indexOf('(');
    return inBraces([start, start + round[1].length], round[2].trim());
  }
  const here = looseIn(line.written).map((one) =>
    inBraces([one.span[0] + line.start, one.span[1] + line.start], one.inner),
  )[0];
  if (!here || at < here.span[0]) {
    return undefined;
  }
  // Other lines probably have the same mistake.
  return { ...here, edits: () => looseIn(text).flatMap(({ span, inner }) => inBraces(span, inner).edits?.() ?? []) };
}

/** Parameters behind a layer's name without braces around them: their span, and what the braces must hold. */
function looseIn(text: string): { readonly span: Span; readonly inner: string }[] {
  const found = text.matchAll(
    /^[ ]*(?:- )?(\w+):[ ]+(([\w.+-]+),[ ]*(\w+:[ ]+[^\s#{}[\]][^\r\n\u2028\u2029#{}[\]]*))$/gm,
  );
  return [...found].flatMap(({ index, 0: whole, 1: name, 2: value, 3: scalar, 4: rest }) => {
    const primary = findThing('layer', name)?.parameters.find((parameter) => parameter.primary);
    const start = index + whole.length - value.length;
    return primary
      ? [
          {
            span: [start, start + value.trimEnd().length] as const,
            inner: `${primary.name}: ${scalar}, ${rest.trimEnd()}`,
          },
        ]
      : [];
  });
}

/** `name: My net: first try`. */
function quotesSlip(at: number, line: Line): Mistake | undefined {
  const found = /^\s*(?:- )?\w+:[ ]+(\w+ [^'"\\{}[\]#&*]*)$/.exec(line.written.trimEnd());
  const start = line.start + line.written.trimEnd().length - (found?.[1].length ?? 0);
  if (!found || at !== start) {
    return undefined;
  }
  const newText = `'${found[1]}'`;
  return {
    span: [start, start + found[1].length],
    message: t('Text with a colon and a space in it stands in quotes: {0}', newText),
    title: t('Put it in quotes'),
    edits: () => [{ span: [start, start + found[1].length], newText }],
  };
}

function inBraces(span: Span, inner: string): Mistake {
  const newText = `{ ${inner} }`;
  return {
    span,
    message: t('Several parameters stand in braces: {0}', newText),
    title: t('Put it in braces'),
    edits: () => [{ span, newText }],
  };
}

/** `{ activation: leaky_relu: 0.1 }`. */
function innerBracesSlip(text: string, at: number): Mistake | undefined {
  const pair = /^[\w-]+:[ ]+[^\s,:{}[\]]+(?=[ ]*[,}])/.exec(text.slice(at, at + reach))?.[0];
  if (!pair || !/[\w"']:[ ]+$/.test(text.slice(Math.max(0, at - 50), at))) {
    return undefined;
  }
  return inBraces([at, at + pair.length], pair);
}

/** A backslash in the path of a file. */
function pathSlip(at: number, line: Line): Mistake | undefined {
  for (const { index, 0: path } of line.written.matchAll(/"[^"]*\.[ct]sv"/g)) {
    const span: Span = [line.start + index, line.start + index + path.length];
    if (at < span[0] || at >= span[1]) {
      continue;
    }
    const newText = path.replace(/\\+/g, '/');
    return {
      span,
      message: t('In paths, folders are separated by “/”: {0}', newText),
      title: t('Change to “{0}”', newText),
      edits: () => [{ span, newText }],
    };
  }
  return undefined;
}
