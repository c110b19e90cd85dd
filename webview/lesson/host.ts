/** The host of the outputs of a lesson: all of them are in one page, and share one line to it. */
import { packArrays, unpackArrays } from '../../src/common/jsonNumbers';
import type { FromLesson, ToLesson } from '../../src/protocol/lesson';
import type { ActivationCurve, ToPanel } from '../../src/protocol/panel';
import type { PageHost } from '../panel/transport';

/** The part of the editor's renderer context that is used. */
export interface RendererContext {
  postMessage?(message: unknown): void;
  onDidReceiveMessage?(listener: (message: unknown) => void): unknown;
}

/** Milliseconds between two of the first messages. */
const patience = 300;

/** The language of a page comes with its first answer. The host may not listen yet, so it is asked again. */
export function askForBoot(ask: () => void): { readonly answered: () => void } {
  ask();
  const again = setInterval(ask, patience);
  return { answered: () => clearInterval(again) };
}

export class LessonHost {
  readonly #context: RendererContext;
  readonly #listeners = new Set<(message: ToLesson) => void>();
  /** The person's choices in the output of each run. */
  readonly #states = new Map<string, unknown>();
  #lastId = 0;

  constructor(context: RendererContext) {
    this.#context = context;
    context.onDidReceiveMessage?.((packed) => {
      const message = unpackArrays(packed) as ToLesson;
      for (const listener of [...this.#listeners]) {
        listener(message);
      }
    });
  }

  post(message: FromLesson): void {
    this.#context.postMessage?.(packArrays(message));
  }

  /** Returns a function that ends it. */
  listen(listener: (message: ToLesson) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The host as the views of one run know it, and a function that ends it. */
  hostOf(run: string, gone: () => void): { readonly host: PageHost; readonly end: () => void } {
    let end = () => {};
    const host: PageHost = {
      postMessage: (message) => this.post({ type: 'run', run, message }),
      getState: () => this.#states.get(run),
      setState: (state) => this.#states.set(run, state),
      listen: (receive: (message: ToPanel) => void) => {
        end = this.listen((message) => {
          if (message.type === 'run' && message.run === run) {
            receive(message.message);
          } else if (message.type === 'gone' && message.run === run) {
            gone();
          }
        });
      },
    };
    return { host, end: () => end() };
  }

  /** The curve of a function with other parameters. */
  curve(
    question: Omit<FromLesson & { type: 'curve' }, 'type' | 'id'>,
    receive: (curve: ActivationCurve) => void,
  ): void {
    this.#lastId += 1;
    const id = this.#lastId;
    const end = this.listen((message) => {
      if (message.type === 'curve' && message.id === id) {
        end();
        receive(message.curve);
      }
    });
    this.post({ type: 'curve', id, ...question });
  }
}
