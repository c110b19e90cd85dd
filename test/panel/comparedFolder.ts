/** Kept runs in a folder in memory, and the host that tells a page of them. */
import type { Page } from 'playwright-core';
import { packNumbers } from '../../src/common/jsonNumbers';
import { ComparisonFeed } from '../../src/extension/compare/comparisonFeed';
import type { FoundRun, RunHome } from '../../src/extension/runs/runHomes';
import { type Compared, type FromCompare, isFromCompare, type ToCompare } from '../../src/protocol/compare';
import { RunRepository } from '../../src/runs/runRepository';
import { MemoryFolder } from '../harness/memoryFolder';
import { TestClock } from '../harness/testClock';

export const specUri = 'file:///w/moons.nnspec';

export interface FakeRun {
  readonly id: string;
  readonly spec?: string;
  readonly header?: object;
  /** Lines of `events.jsonl`: those of the epochs. */
  readonly epochs?: readonly object[];
}

export const specText = (rate: number, { seed = 1, units = 4, activation = 'tanh' } = {}) => `name: Moons
seed: ${seed}
data: { source: moons }
model: { layers: [dense: { units: ${units}, activation: ${activation} }, dense: { units: 1, activation: sigmoid }] }
training: { loss: binary_crossentropy, optimizer: { sgd: ${rate} }, epochs: 100 }
expect: [val_loss < 0.3]
`;

const start = {
  event: 'start',
  name: 'Moons',
  seed: 1,
  parameters: 17,
  samples: { train: 80, validation: 20, test: 0 },
  layers: [],
  engine: { version: '1.0.0', backend: 'wasm', threads: 1 },
};

export class ComparedFolder {
  readonly folder = new MemoryFolder();
  readonly received: FromCompare[] = [];
  readonly sweeping = new Set<string>();
  readonly #repository = new RunRepository(this.folder, {
    clock: new TestClock(),
    here: { host: 'here', pid: 1, startedAt: 1, isAlive: () => true } as never,
  });
  readonly #home: RunHome = {
    repository: this.#repository,
    uri: { toString: () => 'file:///w/.nnspec' } as never,
    specPath: () => 'moons.nnspec',
    specUri: () => ({ toString: () => specUri }) as never,
  };
  #runs: readonly FoundRun[] = [];
  #feed: ComparisonFeed | undefined;

  async write(...runs: readonly FakeRun[]): Promise<void> {
    for (const run of runs) {
      await this.#put(run);
    }
    this.#runs = (await this.#repository.list()).map((run) => ({ ...run, home: this.#home }));
  }

  async #put({ id, spec, header, epochs }: FakeRun): Promise<void> {
    const put = (name: string, text: string) =>
      this.folder.replace(`runs/${id}/${name}`, new TextEncoder().encode(text));
    if (spec !== undefined) {
      await put('spec.nnspec', spec);
    }
    if (epochs) {
      await put('events.jsonl', [start, ...epochs].map((event) => `${JSON.stringify(event)}\n`).join(''));
    }
    await put('run.json', header ? JSON.stringify({ nnspec_run: 1, id, ...header }) : '{');
  }

  /** Sends what has changed on disk. */
  async refresh(): Promise<void> {
    await this.#feed?.refresh();
  }

  /** Answers a page as the extension does. */
  async serve(page: Page, compared: Compared): Promise<void> {
    const waiting: Promise<unknown>[] = [];
    const post = (message: ToCompare) => {
      const text = JSON.stringify(packNumbers(message), (_, value) =>
        value instanceof Float64Array ? { $array: [...value].map(String) } : value,
      );
      waiting.push(
        page.evaluate((sent) => {
          const message = JSON.parse(sent, (_, value) =>
            value && typeof value === 'object' && '$array' in value ? Float64Array.from(value.$array, Number) : value,
          );
          window.postMessage(message, '*');
        }, text),
      );
    };
    const feed = new ComparisonFeed(
      compared,
      'Compare moons',
      {
        ready: Promise.resolve(),
        runs: () => this.#runs,
        training: () => undefined,
        isSweeping: (sweep) => this.sweeping.has(sweep),
      },
      post,
    );
    this.#feed = feed;
    await page.exposeFunction('hostReceives', async (message: unknown) => {
      if (!isFromCompare(message)) {
        throw new Error(`The page has sent ${JSON.stringify(message)}.`);
      }
      this.received.push(message);
      await (message.type === 'ready' ? feed.start() : message.type === 'show' ? feed.show(message.keys) : undefined);
      await Promise.all(waiting);
    });
    await page.addInitScript(() => {
      const host = window as unknown as { fakeFeed: object; hostReceives(message: unknown): void };
      host.fakeFeed = { answer: (message: unknown) => host.hostReceives(message) };
    });
  }
}

/** The epochs of a run whose loss falls by `rate`. */
export function fallingEpochs(count: number, rate: number, shift = 0): object[] {
  return Array.from({ length: count }, (_, i) => {
    const loss = 0.05 + 0.7 * Math.exp(-rate * (i + 1)) + 0.02 * Math.sin(i / 3 + shift);
    return { event: 'epoch', epoch: i + 1, step: 4 * (i + 1), loss, accuracy: 1 - loss / 2, val_loss: loss + 0.05 };
  });
}

/** So many runs of different rates, which need not be read to be listed. */
export function manyRuns(count: number): FakeRun[] {
  const epochs = fallingEpochs(20, 0.1);
  return Array.from({ length: count }, (_, i) => {
    const created = new Date(Date.UTC(2026, 11, 2, 0, 0, i)).toISOString();
    return {
      id: `20261202-${created.slice(11, 19).replaceAll(':', '')}-moons-${i.toString(16).padStart(4, '0')}`,
      spec: specText((i + 1) / 1000, { seed: i % 5, units: 2 + (i % 7) }),
      epochs,
      header: {
        ...{ name: 'Moons', spec: 'moons.nnspec', created, state: 'completed', seed: i % 5, epochs: 20, epoch: 20 },
        ...{ step: 80, seconds: 1, best: { tag: 'val_loss', value: 0.2 + i / 5000, epoch: 20 } },
        final: { train: { loss: 0.2 }, validation: { loss: 0.2 + i / 5000 } },
      },
    };
  });
}

/** A sweep over learning rates and seeds, one run that still trains, one that is damaged. */
export async function fillFolder(folder: ComparedFolder): Promise<void> {
  let count = 0;
  for (const rate of [1, 0.1, 0.01]) {
    for (const seed of [1, 2, 3]) {
      count += 1;
      const epochs = fallingEpochs(100, rate / 5 + 0.01, seed);
      const last = epochs[99] as { loss: number; accuracy: number; val_loss: number };
      const best = Math.min(...epochs.map((epoch) => (epoch as { val_loss: number }).val_loss));
      const at = epochs.findIndex((epoch) => (epoch as { val_loss: number }).val_loss === best);
      const running = rate === 0.01 && seed === 3;
      const values = { 'training.optimizer.sgd': rate, seed };
      await folder.write({
        id: `20261202-1415${String(count).padStart(2, '0')}-moons-000${count}`,
        spec: specText(rate, { seed }),
        epochs: running ? epochs.slice(0, 40) : epochs,
        header: {
          name: 'Moons',
          spec: 'moons.nnspec',
          created: `2026-12-02T14:15:${String(count).padStart(2, '0')}.000Z`,
          state: running ? 'interrupted' : 'completed',
          seed,
          parameters: 17,
          epochs: 100,
          epoch: running ? 40 : 100,
          step: running ? 160 : 400,
          seconds: count / 2,
          best: { tag: 'val_loss', value: best, epoch: at + 1 },
          ...(!running && {
            final: {
              train: { loss: last.loss, accuracy: last.accuracy, baseline_loss: 0.69 },
              validation: { loss: last.val_loss },
            },
            expect: [{ text: 'val_loss < 0.3', ok: last.val_loss < 0.3, value: last.val_loss }],
          }),
          ...(count === 2 && { starred: true, note: '<img src=x onerror="window.hurt = 1"> *bold*', tags: ['paper'] }),
          sweep: { id: 'sweep-1', values },
        },
      });
    }
  }
  await folder.write({ id: '20261202-141600-moons-00ff' });
}
