/** The film of a run: plays its moments, or shows one of them in all views. */
import { t } from '@vscode/l10n';
import type { Questions } from '../../../src/protocol/measurements';
import type { ToPanel } from '../../../src/protocol/panel';
import { saveFile } from '../../shared/charts/chartFiles';
import { h, setHidden, setText } from '../../shared/dom';
import { formatCount, formatNumber } from '../../shared/format';
import { type IconName, icon } from '../../shared/icons';
import { readPalette } from '../../shared/theme';
import { FilmPicture } from '../filmPicture';
import type { Store } from '../store';
import type { Transport } from '../transport';
import type { Context } from './view';

/** Milliseconds in which a film is played at speed 1, however many frames it has. */
const playingTime = 4000;
const speeds = [0.5, 1, 2, 4];
/** A run that took fewer seconds was over before it could be seen. */
const unseen = 3;
/** A film of fewer frames is not played by itself. */
const fewest = 8;
/** Frames of an animated picture, at most, and milliseconds for which it shows the last one. */
const [mostPictured, lastPictured] = [60, 1500];

interface FilmOptions {
  /** Whether a new run can go on from a moment. Default: true. */
  readonly forks?: boolean;
  /** Those of the visible view. */
  readonly questions: () => Questions;
  readonly redraw: () => void;
  readonly autoplay: boolean;
  /** The visible view. */
  readonly view: () => Element;
  /** Whether everything that is known is drawn. */
  readonly isDrawn: () => boolean;
}

export class Film {
  readonly #store: Store;
  readonly #transport: Transport;
  readonly #questions: () => Questions;
  readonly #redraw: () => void;
  readonly #autoplay: boolean;
  readonly #view: () => Element;
  readonly #isDrawn: () => boolean;
  readonly #play = button('film-play');
  readonly #back = button('film-back');
  readonly #forward = button('film-forward');
  readonly #slider = h('input', {
    type: 'range',
    min: 0,
    step: 1,
    class: 'film-slider',
    'data-testid': 'film-slider',
    'aria-label': t('Moment of the training'),
  });
  readonly #label = h('span', { class: 'numbers film-label', 'data-testid': 'film-label' });
  readonly #loop = h('input', { type: 'checkbox', 'data-testid': 'film-loop' });
  readonly #speed = h(
    'select',
    { 'data-testid': 'film-speed', 'aria-label': t('Speed of the film') },
    ...speeds.map((speed) => h('option', { value: speed }, speed === 0.5 ? '½×' : `${speed}×`)),
  );
  readonly #fork = button('film-fork');
  readonly #save = button('film-save');
  readonly #problem = h('p', { class: 'film-problem', role: 'alert', hidden: true, 'data-testid': 'film-problem' });
  readonly element = h(
    'section',
    { class: 'film', 'aria-label': t('Film of the training'), hidden: true, 'data-testid': 'film' },
    this.#play,
    this.#back,
    this.#slider,
    this.#forward,
    h(
      'span',
      { class: 'film-rest' },
      this.#label,
      h('label', { class: 'toggle', title: t('Begin again at the end') }, this.#loop, h('span', {}, t('loop'))),
      this.#speed,
      this.#fork,
      this.#save,
    ),
    this.#problem,
  );
  /** The step of the frame that is to be shown; undefined for the present. */
  #wanted: number | undefined;
  /** The question that is not answered yet. */
  #asked: { readonly id: number; readonly frame: number } | undefined;
  /** While it plays: the place in the film, as a number of frames, and when it was there. */
  #playing: { readonly place: number; readonly at: number } | undefined;
  #run = '';
  /** An animated picture is being drawn. */
  #drawing = false;

  constructor(
    store: Store,
    transport: Transport,
    { forks = true, questions, redraw, autoplay, view, isDrawn }: FilmOptions,
  ) {
    setHidden(this.#fork, !forks);
    this.#store = store;
    this.#transport = transport;
    this.#questions = questions;
    this.#redraw = redraw;
    this.#autoplay = autoplay;
    this.#view = view;
    this.#isDrawn = isDrawn;
    label(this.#back, 'previous', t('One frame back ([)'));
    label(this.#forward, 'next', t('One frame on (])'));
    label(this.#fork, 'fork', t('Go on from this moment as a new run'));
    this.#fork.addEventListener('click', () => {
      const { frame } = this.#store;
      if (frame !== undefined) {
        transport.post({ type: 'forkMoment', frame });
      }
    });
    this.#play.addEventListener('click', () => this.toggle());
    this.#back.addEventListener('click', () => this.move(-1));
    this.#forward.addEventListener('click', () => this.move(1));
    this.#save.addEventListener('click', () => {
      if (this.#drawing) {
        this.#drawing = false;
      } else {
        void this.#savePicture();
      }
    });
    this.#slider.addEventListener('input', () => this.#stopAt(this.#slider.valueAsNumber));
    this.#loop.addEventListener('change', () => transport.choose({ loop: this.#loop.checked }));
    this.#speed.addEventListener('change', () => transport.choose({ speed: Number(this.#speed.value) }));
  }

  /** Whether there is a film to play. */
  get isThere(): boolean {
    return this.#store.hasFilm;
  }

  get #steps(): Float64Array {
    return this.#store.run.film ?? new Float64Array();
  }

  /** The last place: that of the present, or of the last frame where nothing but the film can be measured. */
  get #end(): number {
    return this.#steps.length - (this.#store.run.stored ? 1 : 0);
  }

  /** The place of a frame. While the run trains, frames go, and others take their places. */
  #placeOf(frame: number | undefined): number {
    const place = frame === undefined ? -1 : this.#steps.findLastIndex((step) => step <= frame);
    return place < 0 ? this.#end : place;
  }

  draw({ choices }: Context): void {
    const { run } = this.#store;
    if (this.#run !== run.runId) {
      this.#run = run.runId;
      this.#reset();
    }
    setHidden(this.element, !this.isThere);
    if (!this.isThere) {
      return;
    }
    this.#slider.max = String(this.#end);
    this.#slider.value = String(this.#placeOf(this.#wanted));
    this.#fork.disabled = this.#store.frame === undefined || this.#drawing;
    label(
      this.#save,
      this.#drawing ? 'stop' : 'picture',
      this.#drawing ? t('Stop drawing the picture') : t('Save the charts of this view as an animated picture'),
    );
    this.#slider.disabled = this.#drawing;
    this.#play.disabled = this.#drawing;
    this.#loop.checked = choices.loop;
    this.#speed.value = String(choices.speed);
    label(this.#play, this.#playing ? 'pause' : 'play', this.#playing ? t('Pause the film') : t('Play the film'));
    const said = this.#words();
    setText(this.#label, said);
    this.#slider.setAttribute('aria-valuetext', said);
    this.#playUnseen(choices.played);
  }

  /** A run that was over before one could look is played once. */
  #playUnseen(played: string | undefined): void {
    const { run } = this.#store;
    const { ended, stored, runId, film } = run;
    if (this.#autoplay && ended && !stored && ended.seconds < unseen && played !== runId && film) {
      this.#transport.choose({ played: runId });
      if (film.length >= fewest && !isStill()) {
        this.toggle();
      }
    }
  }

  /** The moment that the views show, with its loss. Nothing until the first wanted one is measured. */
  #words(): string {
    const { frame, shownEpoch, alive } = this.#store;
    if (frame === 0) {
      return t('before the first step');
    }
    if (frame === undefined && this.#wanted !== undefined) {
      return '';
    }
    const epoch = formatCount(shownEpoch);
    const loss = this.#store.shownValue('loss');
    const words = loss === undefined ? t('epoch {0}', epoch) : t('epoch {0} · loss {1}', epoch, formatNumber(loss));
    return frame !== undefined ? words : alive ? t('{0} (now)', words) : t('{0} (end)', words);
  }

  /** Plays the film from the shown moment, or from its beginning where that is the last; or pauses it. */
  toggle(): void {
    if (this.#playing) {
      this.#playing = undefined;
    } else if (this.isThere) {
      const place = this.#placeOf(this.#wanted);
      this.#playing = { place: place >= this.#end ? 0 : place, at: performance.now() };
      this.#show(this.#playing.place);
      requestAnimationFrame(() => this.#tick());
    }
    this.#redraw();
  }

  /** Shows another moment, so many frames on. */
  move(frames: number): void {
    if (this.isThere) {
      this.#stopAt(this.#placeOf(this.#wanted) + frames);
    }
  }

  /** Measures the shown moment again, for a view that shows something else. */
  refresh(): void {
    if (this.#store.frame !== undefined && !this.#playing) {
      this.#ask(this.#store.frame);
    }
  }

  receive(message: ToPanel): void {
    if (message.type !== 'moment' || message.id !== this.#asked?.id) {
      return;
    }
    const { frame } = this.#asked;
    this.#asked = undefined;
    setHidden(this.#problem, !message.failure);
    setText(this.#problem, message.failure?.message ?? '');
    if (message.failure) {
      this.#playing = undefined;
      this.#drawing = false;
      this.#wanted = this.#store.frame;
      return;
    }
    if (this.#wanted !== undefined) {
      this.#store.showMoment(frame, message.answers);
    }
    this.#request();
  }

  /** Goes through the film, and saves what the visible view shows of it. */
  async #savePicture(): Promise<void> {
    const before = this.#placeOf(this.#wanted);
    const run = this.#run;
    const last = this.#steps.length - 1;
    const count = Math.min(mostPictured, last + 1);
    const picture = new FilmPicture(this.#view(), readPalette());
    const delay = playingTime / this.#transport.choices.speed / count;
    this.#drawing = true;
    for (let i = 0; i < count && this.#drawing && this.#run === run; i += 1) {
      this.#stopAt(Math.round((i * last) / (count - 1)));
      await this.#shown();
      picture.add(this.#words(), i === count - 1 ? lastPictured : delay);
    }
    if (this.#drawing && this.#run === run) {
      saveFile('film', 'gif', picture.bytes());
    }
    this.#drawing = false;
    this.#stopAt(before);
  }

  /** Resolves once the wanted moment is measured and drawn, or cannot be. */
  async #shown(): Promise<void> {
    do {
      await new Promise(requestAnimationFrame);
    } while (this.#drawing && (this.#asked !== undefined || this.#store.frame !== this.#wanted || !this.#isDrawn()));
  }

  #reset(): void {
    this.#playing = undefined;
    this.#drawing = false;
    this.#wanted = undefined;
    this.#asked = undefined;
    setHidden(this.#problem, true);
  }

  #stopAt(place: number): void {
    this.#playing = undefined;
    this.#show(Math.max(0, Math.min(this.#end, place)));
  }

  #show(place: number): void {
    this.#wanted = place < this.#steps.length ? this.#steps[place] : undefined;
    this.#request();
    this.#redraw();
  }

  /** One question at a time: while it is answered the film goes on, and frames in between are passed over. */
  #request(): void {
    if (this.#wanted === undefined) {
      if (this.#store.frame !== undefined) {
        this.#store.showMoment(0, undefined);
      }
    } else if (!this.#asked && this.#wanted !== this.#store.frame) {
      this.#ask(this.#wanted);
    }
  }

  #ask(frame: number): void {
    const id = this.#transport.newId();
    this.#asked = { id, frame };
    this.#transport.post({ type: 'moment', id, frame, questions: this.#questions() });
  }

  #tick(): void {
    if (!this.#playing) {
      return;
    }
    const now = performance.now();
    const { speed, loop } = this.#transport.choices;
    const passed = ((now - this.#playing.at) / playingTime) * speed * this.#end;
    let place = this.#playing.place + passed;
    if (place >= this.#end) {
      if (!loop) {
        this.#stopAt(this.#end);
        return;
      }
      place = 0;
    }
    this.#playing = { place, at: now };
    this.#show(Math.floor(place));
    requestAnimationFrame(() => this.#tick());
  }
}

/** Whether the person wants no motion. */
function isStill(): boolean {
  return (
    document.body.classList.contains('vscode-reduce-motion') ||
    window.matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}

function button(id: string): HTMLButtonElement {
  return h('button', { type: 'button', class: 'action', 'data-testid': id });
}

function label(target: HTMLButtonElement, picture: IconName, text: string): void {
  if (target.title !== text) {
    target.title = text;
    target.setAttribute('aria-label', text);
    target.replaceChildren(icon(picture));
  }
}
