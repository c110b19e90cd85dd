import { DisposableStore } from '../../common/disposable';
import type { FromPanel, ToPanel } from '../../protocol/panel';
import { PanelFeed } from '../panel/feed';
import { feedPort } from '../panel/feedPort';
import { Prober } from '../panel/probes';
import type { Run } from '../runs/run';
import { inBackground } from '../words/background';

/** A run as an output of a lesson shows it. The run belongs to it, and ends with it. */
export class OutputFeed {
  readonly run: Run;
  readonly #post: (message: ToPanel) => Thenable<boolean>;
  readonly #feed: PanelFeed;
  readonly #prober: Prober;
  readonly #lifetime = new DisposableStore();

  constructor(run: Run, post: (message: ToPanel) => Thenable<boolean>) {
    this.run = this.#lifetime.add(run);
    this.#post = post;
    this.#feed = this.#lifetime.add(new PanelFeed(run, feedPort(post)));
    this.#prober = this.#lifetime.add(new Prober(run));
    this.#lifetime.add(
      run.onChange(() => {
        this.#feed.touch();
        this.#prober.touch();
      }),
    );
  }

  /** Answers what an output can ask; what only the panel offers is passed over. */
  receive(message: FromPanel): void {
    switch (message.type) {
      case 'ready':
        this.#feed.hydrate();
        return;
      case 'ack':
        this.#feed.acknowledge(message.frame);
        return;
      case 'subscribe':
        this.#prober.watch(message.questions);
        return;
      case 'setWeight': {
        const { tensor, index, value } = message;
        inBackground(this.run.ask('setWeight', { tensor, index, value }));
        return;
      }
      case 'walk':
        inBackground(this.#walk(message));
        return;
      case 'moment':
        inBackground(this.#measure(message));
        return;
    }
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  async #walk({ id, options }: FromPanel & { type: 'walk' }): Promise<void> {
    const reply = await this.run.ask('walk', options);
    await this.#post('ok' in reply ? { type: 'walk', id, walk: reply.ok } : { type: 'walk', id, failure: reply.err });
  }

  async #measure({ id, frame, questions }: FromPanel & { type: 'moment' }): Promise<void> {
    const reply = await this.run.ask('measure', { questions, frame });
    if ('err' in reply) {
      await this.#post({ type: 'moment', id, failure: reply.err });
      return;
    }
    const found = Object.entries(reply.ok).flatMap(([name, each]) => ('ok' in each ? [[name, each.ok]] : []));
    await this.#post({ type: 'moment', id, answers: Object.fromEntries(found) });
  }
}
