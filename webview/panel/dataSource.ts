/** The panel's end of the questions about the spec's data, which an engine process answers. */
import type { DataAnswer, DataQuestion, Reply } from '../../src/protocol/engine';
import type { DataState, DataToPanel } from '../../src/protocol/panelData';
import type { Transport } from './transport';

type Answer<Kind extends DataQuestion['kind']> = Extract<DataAnswer, { kind: Kind }>;

export class DataSource {
  readonly #transport: Transport;
  readonly #redraw: () => void;
  readonly #waiting = new Map<number, (reply?: Reply<DataAnswer>) => void>();
  #nextId = 1;
  #state: DataState | undefined;
  #changed = false;
  #version = 0;

  /** `redraw` is called when there is something new to show. */
  constructor(transport: Transport, redraw: () => void) {
    this.#transport = transport;
    this.#redraw = redraw;
  }

  /** Undefined until they are asked for. */
  get state(): DataState | undefined {
    return this.#state;
  }

  /** Whether a file or the spec have changed since the data were read. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Counts the states, so that views can tell whether they are up to date. */
  get version(): number {
    return this.#version;
  }

  /** Has the data read, unless they have been. */
  open(): void {
    if (this.#version === 0) {
      this.reload();
    }
  }

  reload(): void {
    this.#version++;
    this.#transport.post({ type: 'openData' });
  }

  receive(message: DataToPanel): void {
    switch (message.type) {
      case 'dataState':
        this.#state = message.state;
        this.#version++;
        for (const settle of this.#waiting.values()) {
          settle();
        }
        this.#waiting.clear();
        this.#redraw();
        return;
      case 'dataChanged':
        this.#changed = message.changed;
        this.#redraw();
        return;
      case 'dataAnswer': {
        const settle = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        settle?.(message.reply);
        return;
      }
    }
  }

  /** Undefined if the data are read again, or the engine cannot answer: then its process has ended. */
  async ask<Kind extends DataQuestion['kind']>(
    question: Extract<DataQuestion, { kind: Kind }>,
  ): Promise<Answer<Kind> | undefined> {
    const id = this.#nextId++;
    const reply = await new Promise<Reply<DataAnswer> | undefined>((settle) => {
      this.#waiting.set(id, settle);
      this.#transport.post({ type: 'askData', id, question });
    });
    if (reply && 'err' in reply) {
      this.receive({ type: 'dataState', state: { kind: 'failed', message: reply.err.message } });
      return undefined;
    }
    return reply?.ok as Answer<Kind> | undefined;
  }
}
