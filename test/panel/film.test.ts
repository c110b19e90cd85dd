import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { FromPanel, Hydration } from '../../src/protocol/panel';
import type { InProcessEngine } from '../harness/inProcess';
import { showRun, trainedRun } from './enginePanel';
import { posted, settled, textOf, usePanels } from './page';

const specText = `
name: XOR
seed: 2
data: { source: xor }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { optimizer: { sgd: 0.5 }, batch_size: 4, epochs: 200 }
`;

const atEnd = /^epoch 200 · loss [\d.]+ \(end\)$/;

/** Reads the blocks of a GIF: its width, and for each frame its milliseconds and its packed pixels. */
function readGif(bytes: Uint8Array): { width: number; delays: number[]; images: Uint8Array[] } {
  const view = new DataView(bytes.buffer);
  assert.equal(new TextDecoder().decode(bytes.subarray(0, 6)), 'GIF89a');
  const tableLength = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  const delays: number[] = [];
  const images: Uint8Array[] = [];
  let at = 13 + tableLength(bytes[10]);
  const skipBlocks = () => {
    while (bytes[at] !== 0) {
      at += bytes[at] + 1;
    }
    at += 1;
  };
  while (bytes[at] !== 0x3b) {
    if (bytes[at] === 0x21) {
      if (bytes[at + 1] === 0xf9) {
        delays.push(10 * view.getUint16(at + 4, true));
      }
      at += 2;
      skipBlocks();
    } else {
      assert.equal(bytes[at], 0x2c);
      at += 11 + tableLength(bytes[at + 9]);
      const from = at;
      skipBlocks();
      images.push(bytes.slice(from, at));
    }
  }
  return { width: view.getUint16(6, true), delays, images };
}

describe('the film in the panel', function () {
  this.timeout(60_000);
  const panels = usePanels();
  let page: Page;
  let engine: InProcessEngine;
  let hydration: Hydration;
  before(async () => {
    ({ engine, hydration } = await trainedRun(specText, 'xor.nnspec'));
  });
  after(() => engine.dispose());
  const text = (id: string) => textOf(page, id);

  /** Opens the panel with the engine behind it. */
  async function open(change: Partial<Hydration> = {}, options: Parameters<typeof panels.open>[0] = {}) {
    page = await panels.open(options);
    const now = await engine.client.ask('measure', { questions: { gradients: {} } });
    assert.ok('ok' in now && now.ok.gradients && 'ok' in now.ok.gradients);
    const gradients = now.ok.gradients.ok;
    await showRun(page, { engine, hydration: { ...hydration, gradients, ...change } });
    // A film that plays is not drawn to its end before there is something to check.
    if (!options.boot) {
      await settled(page);
    }
  }

  /** The share of the left half of a picture, from left to right, in which there is more than grey. */
  const coloured = (address: string) =>
    page.evaluate(async (source) => {
      const picture = new Image();
      picture.src = source;
      await picture.decode();
      const { width, height } = picture;
      const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const isColour = (at: number) =>
        Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]) > 60;
      const left = Array.from({ length: width / 2 }, (_, x) => x);
      const rows = Array.from({ length: height }, (_, y) => y);
      return left.filter((x) => rows.some((y) => isColour(4 * (y * width + x)))).length / left.length;
    }, address);

  /** The norms in the chart by depth. */
  const drawn = () => page.evaluate(() => window.nnspecPanel?.chart('depth')?.[0].y);
  const measured = async (frame: number) => {
    const reply = await engine.client.ask('measure', { questions: { gradients: {} }, frame });
    assert.ok('ok' in reply && reply.ok.gradients && 'ok' in reply.ok.gradients);
    return reply.ok.gradients.ok.layers.map(({ gradientNorm }) => gradientNorm);
  };

  it('shows in all views the numbers of the engine at the chosen moment, and the present again', async () => {
    await open();
    await page.keyboard.press('5');
    await settled(page);
    const present = await drawn();
    assert.match(await text('film-label'), atEnd);
    for (const frame of [0, 1, 57, 180]) {
      await page.getByTestId('film-slider').fill(String(frame));
      const words = frame === 0 ? 'before the first step' : `epoch ${frame} · loss`;
      await page.getByTestId('film-label').filter({ hasText: words }).waitFor();
      await settled(page);
      assert.deepEqual(await drawn(), await measured(frame), `frame ${frame}`);
    }
    assert.equal(await text('film-label'), `epoch 180 · loss ${hydration.series.loss.y[179].toPrecision(4)}`);
    await page.keyboard.press('2');
    const value = hydration.series.loss.y[179].toPrecision(4);
    assert.ok((await text('headline-loss')).startsWith(`loss ${value}`));
    // Backprop walks through the network of the same moment.
    await page.keyboard.press('4');
    await page.getByText(/Numbers of step 180/).waitFor();
    // The header says that this is a replay, and of which epoch; the verdict is still that on the end.
    assert.equal(await text('state'), 'Replay');
    assert.equal(await text('epoch'), 'epoch 180 of 200');
    await page.getByText('(at the end)').first().waitFor();
    await page.keyboard.press('5');
    // A new run can begin there, and not at the end of a run that is over.
    await page.getByTestId('film-fork').click();
    assert.deepEqual(await posted(page, 'forkMoment'), [{ type: 'forkMoment', frame: 180 }]);
    await page.getByTestId('film-slider').fill('201');
    await page.getByText(atEnd).waitFor();
    await settled(page);
    assert.equal(await page.getByTestId('film-fork').isDisabled(), true);
    assert.deepEqual([await text('state'), await text('epoch')], ['finished', 'epoch 200/200']);
    const word = page.getByText('(at the end)').first();
    assert.equal(await word.isVisible(), false);
    assert.ok((await word.evaluate(({ offsetWidth }: HTMLElement) => offsetWidth)) > 0, 'the film would jump');
    assert.deepEqual(await drawn(), present);
  });

  it('is moved frame by frame from the keyboard, and says where it is', async () => {
    await open();
    await page.keyboard.press('[');
    await page.getByText(/epoch 200 · loss/).waitFor();
    await page.keyboard.press('[');
    await page.getByText(/epoch 199 · loss/).waitFor();
    await page.keyboard.press(']');
    await page.getByText(/epoch 200 · loss/).waitFor();
    assert.match((await page.getByTestId('film-slider').getAttribute('aria-valuetext')) ?? '', /^epoch 200 · loss/);
  });

  it('is saved as an animated picture of the visible view, and is then where it was', async () => {
    // Few frames, to be quick.
    await open({ film: hydration.film?.filter((step) => step % 20 === 0 || step === 30) });
    await page.getByTestId('tab-network').click();
    await page.getByTestId('film-slider').fill('2');
    await page.getByText(/epoch 30 · loss/).waitFor();
    await page.getByTestId('film-save').click();
    await page.waitForFunction(() => window.posted?.some(({ type }) => type === 'saveFile'));
    const data = await page.evaluate(() => {
      const sent = window.posted?.find(({ type }) => type === 'saveFile') as { bytes?: Uint8Array } | undefined;
      return new Promise<string>((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result as string);
        reader.readAsDataURL(new Blob([sent?.bytes as Uint8Array<ArrayBuffer>]));
      });
    });
    // Lines join the units: there is colour between them, too.
    const share = await coloured(data);
    assert.ok(share > 0.7, `${share} of the network has a colour`);
    const bytes = new Uint8Array(Buffer.from(data.split(',')[1], 'base64'));
    const { width, delays, images } = readGif(bytes);
    assert.ok(width > 500 && width <= 720 && bytes.length < 4_000_000, `${width}, ${bytes.length} bytes`);
    assert.deepEqual([delays.length, delays[0], delays.at(-1)], [12, 330, 1500]);
    assert.notDeepEqual(images[0], images.at(-1));
    assert.match(await text('film-label'), /^epoch 30 · loss/);
  });

  it('is played in about four seconds from the beginning to the end, or twice as fast', async () => {
    await open();
    await page.getByTestId('film-speed').selectOption('4');
    const before = Date.now();
    await page.keyboard.press(' ');
    await page.getByText(/^epoch \d+ · loss/).waitFor();
    await page.getByText(atEnd).waitFor();
    const took = Date.now() - before;
    assert.ok(took > 900 && took < 4000, `it took ${took} ms`);
    const asked = await page.evaluate(() => window.posted.filter(({ type }) => type === 'moment').length);
    assert.ok(asked > 5, `${asked} moments were shown`);
  });

  it('is played once by itself where the run was over before one could look', async () => {
    await open({}, { boot: { autoplay: true } });
    await page.getByText(/^epoch \d+ · loss/).waitFor();
    await page.getByTestId('film-play').click();
    const kept = await page.evaluate(() => (window as unknown as { kept: { choices: { played: string } } }).kept);
    assert.equal(kept.choices.played, 'a');
    await page.close();
    await open({}, { boot: { autoplay: true }, state: kept });
    await page.waitForTimeout(200);
    assert.match(await text('film-label'), atEnd, 'not twice');
    await page.close();
    await open({ ended: { ...hydration.ended!, seconds: 20 } }, { boot: { autoplay: true } });
    await page.waitForTimeout(200);
    assert.match(await text('film-label'), atEnd, 'not where one could look');
  });

  it('shows its last frame where the run is stored, and why it cannot be opened', async () => {
    await open({ stored: true, gradients: undefined });
    assert.equal(await page.getByTestId('film-slider').inputValue(), '200');
    assert.match(await text('film-label'), atEnd);
    await page.keyboard.press('5');
    await page.getByTestId('film-back').click();
    await page.getByText(/epoch 199 · loss/).waitFor();
    await settled(page);
    assert.deepEqual(await drawn(), await measured(199));
    await page.evaluate(() => {
      window.fakeFeed = {
        answer(message: FromPanel) {
          if (message.type === 'moment') {
            const failure = { code: 'other-data', message: 'The data have changed.' };
            window.postMessage({ type: 'moment', id: message.id, failure }, '*');
          }
        },
      } as never;
    });
    await page.keyboard.press('[');
    await page.getByText('The data have changed.').waitFor();
    await settled(page);
    assert.equal(await page.getByTestId('film-slider').inputValue(), '199');
  });
});
