/** The sixteen truth tables, what one unit has made of each, and a line to move by hand. */
import { t } from '@vscode/l10n';
import type { LessonOutput, NamedTruthTable } from '../../src/protocol/lesson';
import { h, setText, svg } from '../shared/dom';
import { answerOf, corners, type Line, lineOf, move, type Point, rightOf } from './dividingLine';
import type { Output } from './output';

type Tables = LessonOutput & { readonly kind: 'truthTables' };

/** The plane that is shown, along both axes. */
const [low, high] = [-0.6, 1.6];
const small = 72;
const large = 300;
/** One press of a key. */
const step = 0.05;

export class TruthTablesOutput implements Output {
  readonly element: HTMLElement;
  readonly #tables: readonly NamedTruthTable[];
  readonly #tiles: readonly HTMLButtonElement[];
  readonly #plane = svg('svg', { class: 'truth-plane', width: large, height: large, 'data-testid': 'truth-plane' });
  readonly #count = h('p', { role: 'status', 'data-testid': 'truth-count' });
  #chosen: number;
  #line: Line;

  constructor({ tables }: Tables) {
    this.#tables = tables;
    // One that the unit has not learned says the most.
    this.#chosen = Math.max(
      0,
      tables.findIndex((table) => !isLearned(table)),
    );
    this.#line = lineOf(tables[this.#chosen]);
    this.#tiles = tables.map((table, index) => this.#tile(table, index));
    const learned = tables.filter(isLearned).length;
    const flip = h('button', { type: 'button', class: 'secondary' }, t('Swap Sides'));
    flip.addEventListener('click', () => this.#show({ ...this.#line, isFlipped: !this.#line.isFlipped }));
    const back = h('button', { type: 'button', class: 'secondary' }, t('Line of the Unit'));
    back.addEventListener('click', () => this.#show(lineOf(this.#tables[this.#chosen])));
    this.element = h(
      'div',
      { class: 'page lesson-output stack' },
      h('p', {}, t('One unit has learned {0} of the {1} truth tables of two inputs.', learned, tables.length)),
      h('div', { class: 'truth-tables' }, ...this.#tiles),
      h('div', { class: 'truth-chosen' }, this.#plane, h('div', { class: 'stack' }, this.#count, flip, back)),
    );
  }

  draw(): void {
    this.#show(this.#line);
  }

  dispose(): void {}

  #tile(table: NamedTruthTable, index: number): HTMLButtonElement {
    const learned = isLearned(table);
    const said = learned ? t('{0}: learned', table.name) : t('{0}: not learned', table.name);
    const picture = svg(
      'svg',
      { width: small, height: small, 'aria-hidden': 'true' },
      ...drawn(table, lineOf(table), small),
    );
    const tile = h(
      'button',
      { type: 'button', class: 'truth-tile', 'aria-label': said, title: said },
      picture,
      h('span', {}, `${table.name} ${learned ? '✓' : '✗'}`),
    );
    tile.addEventListener('click', () => {
      this.#chosen = index;
      this.#show(lineOf(table));
    });
    return tile;
  }

  #show(line: Line): void {
    this.#line = line;
    const table = this.#tables[this.#chosen];
    for (const [index, tile] of this.#tiles.entries()) {
      tile.setAttribute('aria-pressed', String(index === this.#chosen));
    }
    const handles = this.#plane.querySelectorAll('.truth-handle');
    const focused = [...handles].indexOf((this.#plane.getRootNode() as ShadowRoot).activeElement as Element);
    this.#plane.setAttribute('aria-label', t('{0}, with a line to move', table.name));
    const ends = [this.#handle('from'), this.#handle('to')];
    this.#plane.replaceChildren(...drawn(table, line, large), ...ends);
    ends[focused]?.focus();
    setText(
      this.#count,
      t('{0}: the line has {1} of 4 corners on the right side.', table.name, rightOf(table.outputs, line)),
    );
  }

  /** An end of the line, which follows the pointer or the arrow keys. */
  #handle(end: 'from' | 'to'): SVGElement {
    const [x, y] = this.#line[end];
    const handle = svg('circle', {
      class: 'truth-handle',
      cx: across(x, large),
      cy: up(y, large),
      r: 9,
      tabindex: 0,
      role: 'button',
      'aria-label': t('End of the line at {0}, {1}; arrow keys move it', x.toFixed(2), y.toFixed(2)),
    });
    const arrows: Readonly<Record<string, Point>> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    };
    handle.addEventListener('keydown', (event) => {
      const by = Object.hasOwn(arrows, event.key) ? arrows[event.key] : undefined;
      if (by) {
        event.preventDefault();
        event.stopPropagation();
        this.#moveTo(end, [x + by[0], y + by[1]]);
      }
    });
    handle.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      this.#plane.setPointerCapture(event.pointerId);
      const follow = ({ offsetX, offsetY }: PointerEvent) => this.#moveTo(end, pointAt(offsetX, offsetY));
      this.#plane.addEventListener('pointermove', follow);
      this.#plane.addEventListener('lostpointercapture', () => this.#plane.removeEventListener('pointermove', follow), {
        once: true,
      });
    });
    return handle;
  }

  #moveTo(end: 'from' | 'to', [x, y]: Point): void {
    this.#show(move(this.#line, end, [Math.min(high, Math.max(low, x)), Math.min(high, Math.max(low, y))]));
  }
}

function isLearned({ outputs, answers }: NamedTruthTable): boolean {
  return outputs.join() === answers.join();
}

function across(x: number, size: number): number {
  return ((x - low) / (high - low)) * size;
}

function up(y: number, size: number): number {
  return ((high - y) / (high - low)) * size;
}

function pointAt(left: number, top: number): Point {
  return [low + (left / large) * (high - low), high - (top / large) * (high - low)];
}

/** The side of the line that answers 1, the line, and the corners: filled where the output is 1. */
function drawn(table: NamedTruthTable, line: Line, size: number): SVGElement[] {
  const [from, to] = [line.from, line.to];
  const direction: Point = [to[0] - from[0], to[1] - from[1]];
  const side = line.isFlipped ? -1 : 1;
  const away: Point = [-direction[1] * side, direction[0] * side];
  const far = 10 / Math.max(1e-6, Math.hypot(...direction));
  const at = (along: number, aside: number): Point => [
    from[0] + direction[0] * along + away[0] * aside,
    from[1] + direction[1] * along + away[1] * aside,
  ];
  const points = (...list: Point[]) => list.map(([x, y]) => `${across(x, size)},${up(y, size)}`).join(' ');
  return [
    svg('polygon', { class: 'truth-side', points: points(at(-far, 0), at(far, 0), at(far, far), at(-far, far)) }),
    svg('polyline', { class: 'truth-line', points: points(at(-far, 0), at(far, 0)) }),
    ...corners.map(([x, y], row) => {
      const right = answerOf(line, [x, y]) === table.outputs[row];
      return svg('circle', {
        class: `truth-corner ${table.outputs[row] === 1 ? 'one' : 'zero'} ${right ? 'right' : 'wrong'}`,
        cx: across(x, size),
        cy: up(y, size),
        r: size / 18,
      });
    }),
  ];
}
