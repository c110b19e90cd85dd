/** Messages to and from the host, and the state that the editor keeps while the panel is hidden. */
import { unpackNumbers } from '../../src/common/jsonNumbers';
import type { MistakesQuestion } from '../../src/protocol/engine';
import type { Questions } from '../../src/protocol/measurements';
import type { EarlierChoice, FromPanel, ToPanel } from '../../src/protocol/panel';

/** The host of a page, and what it keeps of the page while that is hidden. */
export interface PageHost {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
  /** Calls `receive` with each message of the host. */
  listen(receive: (message: ToPanel) => void): void;
}

declare function acquireVsCodeApi(): Omit<PageHost, 'listen'>;

/** The editor, for a page of its own. */
function editorHost(): PageHost {
  const api = acquireVsCodeApi();
  return {
    postMessage: (message) => api.postMessage(message),
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
    listen: (receive) =>
      window.addEventListener('message', (event: MessageEvent<ToPanel>) => receive(unpackNumbers(event.data))),
  };
}

export const dataParts = ['overview', 'table', 'scatter', 'run'] as const;
export type DataPart = (typeof dataParts)[number];

/** The person's choices; they survive hiding, reloading and restarting. */
export interface Choices {
  /** Id of a view; none until one is chosen. */
  readonly tab?: string;
  /** Default: the run's, without a run the overview. */
  readonly dataPart?: DataPart;
  readonly log: boolean;
  readonly per: 'epoch' | 'batch';
  /** Weight of the moving average, [0, 0.99]. */
  readonly smoothing: number;
  /** Speed of the film, and whether it begins again at its end. */
  readonly speed: number;
  readonly loop: boolean;
  /** The run whose film was played by itself. */
  readonly played?: string;
  readonly earlier: EarlierChoice;
  /** The runs of the choice `chosen`. */
  readonly earlierIds: readonly string[];
  readonly stepUnit: 'phase' | 'batch' | 'epoch';
  readonly subject: 'sample' | 'batch';
  readonly sample: number;
  /** The inputs by hand of the Network tab, as the network sees them, in place of a sample. */
  readonly inputs?: readonly number[];
  /** The samples that are listed in Mistakes. Default: the part that is held out, from its worst on. */
  readonly mistakes?: Partial<MistakesQuestion>;
}

const defaultChoices: Choices = {
  log: false,
  per: 'epoch',
  smoothing: 0,
  speed: 1,
  loop: false,
  earlier: 'last',
  earlierIds: [],
  stepUnit: 'batch',
  subject: 'sample',
  // In a truth table the first sample is all zeros: so are the gradients of the first layer.
  sample: 1,
};

export class Transport {
  readonly #api: PageHost;
  #specUri: string | undefined;
  #choices: Choices;
  #subscribed = '';
  #lastId = 0;

  constructor(receive: (message: ToPanel) => void, host = editorHost()) {
    this.#api = host;
    const saved = this.#api.getState() as
      | { readonly specUri?: string; readonly choices?: Partial<Choices> }
      | undefined;
    this.#specUri = saved?.specUri;
    this.#choices = { ...defaultChoices, ...saved?.choices };
    host.listen(receive);
  }

  get choices(): Choices {
    return this.#choices;
  }

  choose(change: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...change };
    this.#save();
  }

  /** Stored so that a reloaded window knows which spec's runs the panel showed. */
  remember(specUri: string): void {
    if (this.#specUri !== specUri) {
      this.#specUri = specUri;
      this.#save();
    }
  }

  #save(): void {
    this.#api.setState({ specUri: this.#specUri, choices: this.#choices });
  }

  /** A number that no question to the host has had. */
  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  post(message: FromPanel): void {
    this.#api.postMessage(message);
  }

  /** Tells the host what to measure, if that has changed. Returns whether it has. */
  subscribe(questions: Questions): boolean {
    const key = JSON.stringify(questions);
    const isNew = key !== this.#subscribed;
    if (isNew) {
      this.#subscribed = key;
      this.post({ type: 'subscribe', questions });
    }
    return isNew;
  }
}
