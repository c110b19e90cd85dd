/** A `.nnlesson` file read: what it shows, runs and asks, and everything that is wrong with it. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { nearest } from '../common/nearest';
import { checkSpec, entryOf, OwnReading, type ParsedSpec, parseSpec, type Span } from '../language';
import type { Problem } from '../spec/problem';
import type { BlockText, Reference } from './blocks/block';
import { type ComputeBlock, mostComputations, readCompute } from './blocks/compute';
import { key, text as textSchema } from './blocks/keys';
import { type MeasureBlock, readMeasure } from './blocks/measure';
import { type PlotBlock, readPlot } from './blocks/plot';
import { type QuestionBlock, readQuestion } from './blocks/question';
import { type CompareBlock, readCompare, readWalk, type WalkBlock } from './blocks/references';
import { Faults } from './faults';
import { type BlockKind, type BlockPiece, blockKinds, piecesOf } from './pieces';
import type { Value } from './values';
import { sweepOver } from './variations';

/** A cell that trains. */
export interface TrainBlock {
  readonly kind: 'nnspec';
  readonly name?: string;
  readonly parsed: ParsedSpec;
}

export type Block = TrainBlock | PlotBlock | ComputeBlock | CompareBlock | MeasureBlock | WalkBlock | QuestionBlock;

/** A block with its place. Its content is absent where it has an error. */
export interface PlacedBlock {
  readonly kind: BlockKind;
  /** Zero-based line of the file on which its body begins. */
  readonly line: number;
  readonly text: string;
  readonly content?: Block;
}

export interface Front {
  readonly title?: string;
  readonly language?: 'en' | 'ko';
  readonly order?: number;
  readonly minutes?: number;
}

export interface Lesson {
  readonly front: Front;
  readonly blocks: readonly PlacedBlock[];
  /** In order of position. Places are those of the file. */
  readonly problems: readonly Problem[];
  /** Those among them that the spec of a cell has by itself, as it would have in a file. */
  readonly ofSpecs: ReadonlySet<Problem>;
}

const frontSchema = {
  type: 'map',
  example: '{ title: Backpropagation, language: en, order: 5 }',
  keys: [
    key('title', textSchema),
    key('language', { type: 'choice', choices: ['en', 'ko'] }),
    key('order', { type: 'integer', minimum: 1, maximum: 1000 }),
    key('minutes', { type: 'number', minimum: 1, maximum: 1000 }),
  ],
} as const;

/** A name behind the fence lets other blocks refer to these. */
const namedKinds: readonly BlockKind[] = ['nnspec', 'compare', 'measure'];

/** Nobody works through more. */
const mostBlocks = 1000;

/** Never throws, and takes time linear in the text. */
export function parseLesson(text: string, fileName: string): Lesson {
  return new LessonReader(text, fileName).read();
}

class LessonReader {
  readonly #text: string;
  readonly #fileName: string;
  readonly #faults: Faults;
  readonly #blocks: PlacedBlock[] = [];
  /** Values of the computations so far. */
  readonly #values = new Map<string, Value>();
  #computations = 0;
  /** The cells that have a name; undefined for one with an error. */
  readonly #cells = new Map<string, TrainBlock | undefined>();
  /** The comparisons and measurements that have a name, to which a question may refer. */
  readonly #named = new Map<string, CompareBlock | MeasureBlock>();
  readonly #names = new Set<string>();
  readonly #questions = new Set<string>();
  readonly #ofSpecs = new Set<Problem>();

  constructor(text: string, fileName: string) {
    this.#text = text;
    this.#fileName = fileName;
    this.#faults = new Faults(text);
  }

  read(): Lesson {
    const { pieces, oddities } = piecesOf(this.#text);
    let front: Front = {};
    for (const { kind, span } of oddities) {
      this.#oddity(kind, span);
    }
    for (const piece of pieces) {
      if (piece.kind === 'front') {
        front = this.#front(piece.body);
      } else if (piece.kind === 'block') {
        this.#block(piece);
      }
    }
    this.#checkReferences();
    return { front, blocks: this.#blocks, problems: this.#faults.list(), ofSpecs: this.#ofSpecs };
  }

  #oddity(kind: 'other-block' | 'open-front', span: Span): void {
    if (kind === 'open-front') {
      this.#faults.add('unclosed-block', span, t('These first keys are never closed. Add a line “---” after them.'));
      return;
    }
    const word = this.#text.slice(...span);
    const meant = nearest(word, blockKinds);
    if (meant) {
      const message = t('“{0}” is no block of lessons, so it is shown as code. Did you mean “{1}”?', word, meant);
      this.#faults.add('unknown-block', span, message, 'warning');
    }
  }

  #front([start, end]: Span): Front {
    const reading = new OwnReading(this.#text.slice(start, end));
    const front = reading.read(frontSchema, t('The lesson')) ?? {};
    this.#faults.addFrom(reading, start);
    return front;
  }

  #block(piece: BlockPiece): void {
    const [offset, end] = piece.body;
    const text = this.#text.slice(offset, end);
    if (!piece.isClosed) {
      this.#faults.add(
        'unclosed-block',
        wordOf(piece),
        t('This block is never closed. Add a line “{0}” after it.', piece.fence),
      );
    }
    const name = this.#name(piece);
    const block = { text, offset, faults: this.#faults };
    const { errors } = this.#faults;
    const content = this.#faults.full || this.#isTooMany(piece) ? undefined : this.#content(piece, block, name);
    if (!content && this.#faults.errors === errors && !this.#faults.full) {
      this.#faults.add('missing-value', wordOf(piece), t('The block {0} is empty.', piece.block));
    }
    if (name !== undefined && content?.kind === 'nnspec') {
      this.#cells.set(name, content);
    }
    if (name !== undefined && (content?.kind === 'compare' || content?.kind === 'measure')) {
      this.#named.set(name, content);
    }
    this.#blocks.push({ kind: piece.block, line: this.#faults.lineOf(offset), text, content });
  }

  #isTooMany(piece: BlockPiece): boolean {
    if (this.#blocks.length === mostBlocks) {
      const message = t('A lesson has at most {0} blocks. Part it in several lessons.', mostBlocks);
      this.#faults.add('too-many-blocks', wordOf(piece), message);
    }
    return this.#blocks.length >= mostBlocks;
  }

  #content(piece: BlockPiece, block: BlockText, name: string | undefined): Block | undefined {
    switch (piece.block) {
      case 'nnspec':
        return this.#trained(block, name);
      case 'plot':
        return readPlot(block);
      case 'compute':
        return this.#computed(block, piece);
      case 'compare':
        return readCompare(block, name);
      case 'measure':
        return readMeasure(block, name);
      case 'walk':
        return readWalk(block);
      case 'question':
        return this.#question(block);
      default:
        return assertNever(piece.block);
    }
  }

  #trained(block: BlockText, name: string | undefined): TrainBlock | undefined {
    const parsed = parseSpec(block.text, { fileName: name ?? this.#fileName });
    this.#addOfSpec(parsed.problems, block);
    if (!parsed.spec) {
      return undefined;
    }
    const network = checkSpec(parsed);
    this.#addOfSpec(network, block);
    if (parsed.spec.sweep) {
      const at = entryOf(parsed.tree, 'sweep')?.keySpan ?? [0, 0];
      const message = t('A cell of a lesson trains one network. Write the values under “vary” of a block compare.');
      this.#faults.add('conflict', [block.offset + at[0], block.offset + at[1]], message);
      return undefined;
    }
    return network.some(({ severity }) => severity === 'error') ? undefined : { kind: 'nnspec', name, parsed };
  }

  #addOfSpec(problems: readonly Problem[], { offset }: BlockText): void {
    for (const problem of this.#faults.addAll(problems, offset)) {
      this.#ofSpecs.add(problem);
    }
  }

  #computed(block: BlockText, piece: BlockPiece): ComputeBlock | undefined {
    if (this.#computations >= mostComputations) {
      const message = t('A lesson has at most {0} computations.', mostComputations);
      this.#faults.add('bad-expression', wordOf(piece), message);
      return undefined;
    }
    const content = readCompute(block, this.#values);
    this.#computations += content.lines.length;
    return content;
  }

  #question(block: BlockText): QuestionBlock | undefined {
    const question = readQuestion(block, this.#values);
    if (question && this.#questions.has(question.id.name)) {
      const message = t(
        'Another question has the id “{0}”. Progress is kept by id, so give this one another.',
        question.id.name,
      );
      this.#faults.add('duplicate-name', question.id.span, message);
      return undefined;
    }
    this.#questions.add(question?.id.name ?? '');
    return question;
  }

  /** The name of a block; anything else behind the fence is reported. */
  #name({ info, block }: BlockPiece): string | undefined {
    let name: string | undefined;
    const start = info[0] + block.length;
    for (const { 0: word, index } of this.#text.slice(start, info[1]).matchAll(/\S+/g)) {
      const at: Span = [start + index, start + index + word.length];
      const given = /^name=(.*)$/.exec(word);
      const takesName = namedKinds.includes(block);
      if (!given || !takesName || name !== undefined) {
        const message = takesName
          ? t('Behind the word {0} stands a name at most, as in “{1}”.', block, `${block} name=deep`)
          : t('Nothing stands behind the word {0}. Its keys stand in the lines below.', block);
        this.#faults.add('unknown-key', at, message);
        continue;
      }
      const nameAt: Span = [at[0] + 'name='.length, at[1]];
      name = given[1];
      if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) {
        const message = t('A name is made of letters, digits, _ and -, with no digit first.');
        this.#faults.add('bad-name', name === '' ? at : nameAt, message);
      } else if (this.#names.has(name)) {
        this.#faults.add('duplicate-name', nameAt, t('Another block is called “{0}”. Choose another name.', name));
      }
      this.#names.add(name);
      if (block === 'nnspec') {
        this.#cells.set(name, undefined);
      }
    }
    return name;
  }

  #checkComparison({ cells, vary }: CompareBlock): void {
    for (const { name } of vary.length > 0 ? cells : []) {
      const cell = this.#cells.get(name);
      const found = cell && sweepOver(cell.parsed, name, vary);
      for (const { code, span, message } of found && 'problems' in found ? found.problems : []) {
        this.#faults.add(code, span, message);
      }
    }
  }

  #checkQuestion({ answer, of, solution }: QuestionBlock): void {
    const cell = this.#cells.get(of?.name ?? '');
    if (answer.kind === 'expect' && of && this.#named.has(of.name)) {
      const message = t('“expect” is about a run, and “{0}” is no cell. Ask for a number.', of.name);
      this.#faults.add('bad-question', of.span, message);
    }
    const found = cell && of && solution.length > 0 ? sweepOver(cell.parsed, of.name, solution) : undefined;
    for (const { code, span, message } of found && 'problems' in found ? found.problems : []) {
      this.#faults.add(code, span, message);
    }
  }

  #checkReferences(): void {
    for (const { content } of this.#blocks) {
      if (this.#faults.full) {
        return;
      }
      switch (content?.kind) {
        case 'compare':
          this.#checkComparison(content);
          break;
        case 'question':
          this.#checkQuestion(content);
      }
      for (const { name, span } of content ? referencesOf(content) : []) {
        if (!this.#cells.has(name) && !(content?.kind === 'question' && this.#named.has(name))) {
          this.#unknownCell(name, span);
        }
      }
    }
  }

  #unknownCell(name: string, span: Span): void {
    const meant = nearest(name, [...this.#cells.keys()]);
    const message = meant
      ? t('No cell is called “{0}”. Did you mean “{1}”?', name, meant)
      : t('No cell is called “{0}”. A cell gets its name behind its fence: “{1}”.', name, `nnspec name=${name}`);
    this.#faults.add('unknown-cell', span, message);
  }
}

/** The word of a block behind its fence. */
function wordOf({ info, block }: BlockPiece): Span {
  return [info[0], info[0] + block.length];
}

function referencesOf(block: Block): readonly Reference[] {
  switch (block.kind) {
    case 'compare':
      return block.cells;
    case 'walk':
      return [block.cell];
    case 'measure':
      return block.cell ? [block.cell] : [];
    case 'question':
      return block.of ? [block.of] : [];
    default:
      return [];
  }
}
