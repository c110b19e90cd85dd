import type { Hydration, RunStatus, StatusChanges, ToPanel } from '../../protocol/panel';
import type { Points, Tag } from '../../runs/series';

/** Milliseconds between two frames: at most 30 per second. */
const frameTime = 34;

/** The data of a run that a feed reads. */
export interface FeedSource {
  hydration(): Hydration;
  /** A value that has not changed must be the same object: the feed compares by identity. */
  status(): RunStatus;
  cursor(): Readonly<Record<Tag, number>>;
  since(cursor: Readonly<Record<Tag, number>>): Readonly<Record<Tag, Points>>;
}

/** The panel, the clock and the timers that a feed uses. */
interface FeedPort {
  /** False if the panel is hidden or closed: the message is lost. */
  post(message: ToPanel): Thenable<boolean>;
  /** Milliseconds. */
  now(): number;
  /** Returns a function that cancels the timer. */
  setTimer(callback: () => void, milliseconds: number): () => void;
}

/**
 * Sends a run to a panel: everything once, then only changes, in at most 30 frames a second. One frame is in
 * flight at a time; later changes are merged into the next frame instead of queued.
 */
export class PanelFeed {
  readonly #port: FeedPort;
  readonly #source: FeedSource;
  #sent: { readonly status: RunStatus; readonly cursor: Readonly<Record<Tag, number>> } | undefined;
  #frame = 0;
  #inFlight: number | undefined;
  #dirty = false;
  #lastPost = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(source: FeedSource, port: FeedPort) {
    this.#source = source;
    this.#port = port;
  }

  /** Sends everything to a panel that has become visible. */
  hydrate(): void {
    this.suspend();
    this.#remember();
    this.#send({ type: 'hydrate', frame: this.#nextFrame(), hydration: this.#source.hydration() });
  }

  /**
   * Sends everything, once, to a page that is still being loaded; the editor holds the message until then.
   * Before there is a network to draw, the page is not worth the message: it asks by itself when it is ready.
   */
  offer(): void {
    if (!this.#sent && this.#source.status().started) {
      this.hydrate();
    }
  }

  /** Stops sending to a hidden panel, which must be hydrated later. */
  suspend(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#inFlight = undefined;
    this.#sent = undefined;
    this.#dirty = false;
  }

  /** Sends what has changed in the run. */
  touch(): void {
    if (this.#sent) {
      this.#dirty = true;
      this.#schedule();
    }
  }

  /** Notes that the panel has drawn a frame. */
  acknowledge(frame: number): void {
    if (frame === this.#inFlight) {
      this.#inFlight = undefined;
      this.#schedule();
    }
  }

  dispose(): void {
    this.suspend();
  }

  #nextFrame(): number {
    this.#frame += 1;
    return this.#frame;
  }

  #remember(): void {
    this.#sent = { status: this.#source.status(), cursor: this.#source.cursor() };
  }

  #schedule(): void {
    if (!this.#dirty || this.#inFlight !== undefined || this.#cancelTimer) {
      return;
    }
    const wait = Math.max(0, this.#lastPost + frameTime - this.#port.now());
    this.#cancelTimer = this.#port.setTimer(() => {
      this.#cancelTimer = undefined;
      this.#flush();
    }, wait);
  }

  #flush(): void {
    const sent = this.#sent;
    if (!sent) {
      return;
    }
    const status = this.#source.status();
    if (sent.status.started?.fold !== status.started?.fold) {
      // Another training of the run has begun, with series of its own.
      this.hydrate();
      return;
    }
    this.#dirty = false;
    const series = this.#source.since(sent.cursor);
    const changes = changedFields(sent.status, status);
    this.#remember();
    this.#send({ type: 'append', frame: this.#nextFrame(), series, changes });
  }

  #send(message: ToPanel & { readonly frame: number }): void {
    this.#inFlight = message.frame;
    this.#lastPost = this.#port.now();
    this.#port.post(message).then(
      (delivered) => {
        if (!delivered && this.#inFlight === message.frame) {
          this.suspend();
        }
      },
      () => this.suspend(),
    );
  }
}

function changedFields(before: RunStatus, now: RunStatus): StatusChanges {
  const fields = Object.keys({ ...before, ...now }) as (keyof RunStatus)[];
  return Object.fromEntries(
    fields.filter((field) => before[field] !== now[field]).map((field) => [field, now[field] ?? null]),
  );
}
