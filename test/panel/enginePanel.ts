/** A panel whose questions are answered by an engine, as the host would. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { packNumbers, unpackNumbers } from '../../src/common/jsonNumbers';
import { parseSpec } from '../../src/language';
import type { EngineEvent } from '../../src/protocol/engine';
import type { Answers, Questions } from '../../src/protocol/measurements';
import type { FromPanel, Hydration, ToPanel } from '../../src/protocol/panel';
import { type InProcessEngine, startInProcess } from '../harness/inProcess';

export interface TrainedRun {
  readonly engine: InProcessEngine;
  readonly hydration: Hydration;
}

/** A run that was trained by the engine, which stays open. */
export async function trainedRun(specText: string, fileName: string): Promise<TrainedRun> {
  const { spec } = parseSpec(specText, { fileName });
  const host = { readFile: () => Promise.reject(), listFolder: () => [], readShipped };
  const engine = startInProcess(host, { now: () => performance.now(), schedule: (run) => setImmediate(run) });
  const events: EngineEvent[] = [];
  const over = new Promise<void>((resolve) => {
    engine.client.onEvent((event) => {
      events.push(event);
      if (event.type === 'ended') {
        resolve();
      }
    });
  });
  await engine.client.ask('start', { spec: spec!, specText, fileName, everyEpoch: true, film: {} });
  await over;
  const last = <T extends EngineEvent['type']>(type: T) =>
    events.findLast((event): event is EngineEvent & { type: T } => event.type === type)!;
  const records = events.flatMap((event) => (event.type === 'epochs' ? event.records : []));
  const { ended, progress } = last('ended');
  const { started } = last('started');
  return {
    engine,
    hydration: {
      runId: 'a',
      title: started.name,
      specUri: `file:///${fileName}`,
      state: 'completed',
      stored: false,
      started,
      ended,
      progress,
      film: last('film').steps,
      series: {
        loss: {
          x: Float64Array.from(records, ({ epoch }) => epoch),
          y: Float64Array.from(records, ({ values }) => new Map(values).get('loss')!),
        },
      },
    },
  };
}

function readShipped({ name }: { readonly name: string }): Promise<Uint8Array> {
  return readFile(`media/data/${name}`);
}

/** Shows a run in an open panel, whose questions its engine answers from then on. */
export async function showRun(page: Page, { engine, hydration }: TrainedRun): Promise<void> {
  let frame = 1;
  const send = (message: ToPanel) =>
    page.evaluate((packed) => window.postMessage(packed, '*'), packNumbers(message) as object);
  const measure = async (questions: Questions, at?: number): Promise<Answers> => {
    const reply = await engine.client.ask('measure', { questions, frame: at });
    const found = 'ok' in reply ? Object.entries(reply.ok) : [];
    return Object.fromEntries(found.map(([name, each]) => [name, 'ok' in each ? (each.ok ?? undefined) : undefined]));
  };
  await page.exposeFunction('askEngine', async (packed: unknown) => {
    const message = unpackNumbers(packed) as FromPanel;
    if (message.type === 'moment') {
      const { id, frame, questions } = message;
      await send({ type: 'moment', id, answers: await measure(questions, frame) });
    } else if (message.type === 'walk') {
      const reply = await engine.client.ask('walk', message.options);
      await send({ type: 'walk', id: message.id, walk: 'ok' in reply ? reply.ok : undefined });
    } else if (message.type === 'subscribe') {
      frame += 1;
      await send({ type: 'append', frame, series: {}, changes: await measure(message.questions) });
    }
  });
  await page.evaluate(() => {
    const { askEngine } = window as unknown as { askEngine(message: unknown): void };
    window.fakeFeed = { answer: askEngine } as never;
  });
  await send({ type: 'hydrate', frame, hydration });
}
