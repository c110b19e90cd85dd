/** Shows a run of the real engine in the panel's page. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { packNumbers } from '../../src/common/jsonNumbers';
import type { Answers, Questions } from '../../src/protocol/measurements';
import type { Hydration, ToPanel } from '../../src/protocol/panel';
import { ok, startEngine, startOptions } from '../unit/server/harness';
import { settled } from './page';

/** A run that has been trained so far. */
export async function trainedRun(specText: string, epochs: number) {
  const digits = await readFile('examples/digits.csv', 'utf8');
  const engine = startEngine({ 'digits.csv': digits });
  ok(await engine.client.ask('start', startOptions(specText, { paused: true, film: {} })));
  const { started } = await engine.until('started');
  for (let epoch = 0; epoch < epochs; epoch++) {
    // A run that has diverged goes no further.
    await engine.client.ask('step', { unit: 'epoch' });
  }
  return {
    started,
    engine,
    /** The answers to these questions. */
    async measure(questions: Questions): Promise<Answers> {
      const replies = ok(await engine.client.ask('measure', { questions }));
      return Object.fromEntries(
        Object.entries(replies).map(([name, reply]) => [name, 'ok' in reply ? reply.ok : undefined]),
      );
    },
    /** Hydrates the panel and answers what its visible view asks for. */
    async show(page: Page): Promise<Answers> {
      const hydration: Hydration = {
        runId: 'real',
        title: started.name,
        specUri: 'file:///real.nnspec',
        state: 'paused',
        stored: false,
        started,
        series: {},
      };
      await post(page, { type: 'hydrate', frame: 1, hydration });
      const asked = await page.evaluate(() =>
        window.posted.flatMap((message) => (message.type === 'subscribe' ? [message.questions] : [])),
      );
      const answers = await this.measure(asked.at(-1) ?? {});
      await post(page, { type: 'append', frame: 2, series: {}, changes: answers });
      return answers;
    },
  };
}

async function post(page: Page, message: ToPanel): Promise<void> {
  await page.evaluate((packed) => window.postMessage(packed, '*'), packNumbers(message) as object);
  await settled(page);
}
