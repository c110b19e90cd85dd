#!/usr/bin/env node
/**
 * Takes the screenshots of the documentation, all or those named: `node scripts/pictures.mjs [NAME…]`, after
 * a build.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import gifenc from 'gifenc';
import { root } from './bare.mjs';
import { openSession, runCommand } from './session.mjs';

const target = join(root, 'docs/pictures');

/** Settings of an editor that shows only the spec and the product. */
const settings = {
  'editor.minimap.enabled': false,
  'breadcrumbs.enabled': false,
  'editor.fontSize': 13,
};

async function takeTrained(page) {
  await page.locator('.view-line').filter({ hasText: 'epochs' }).first().waitFor();
  await runCommand(page, 'NNSpec: Train Network');
  const panel = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await panel.locator('canvas').first().waitFor();
  // The panel still draws its last frames when the run has ended.
  await page.waitForTimeout(4000);
  await runCommand(page, 'View: Close Primary Side Bar');
  await page.mouse.move(640, 845);
  await page.waitForTimeout(1500);
}

/** The film of XOR as the Network tab shows it, at so many of its moments, in the format GIF. */
async function takeMoving(page) {
  const moments = 48;
  await takeTrained(page);
  await page.locator('.view-line').first().click();
  await runCommand(page, 'Fold All Block Comments');
  const { x } = await page.locator('iframe.webview.ready').first().boundingBox();
  await page.mouse.move(x - 1, 600);
  await page.mouse.down();
  await page.mouse.move(430, 600, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(640, 845);
  const panel = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  const slider = panel.getByTestId('film-slider');
  const last = Number(await slider.getAttribute('max'));
  const clip = { x: 48, y: 35, width: 1232, height: 700 };
  const frames = [];
  for (let i = 0; i <= moments; i++) {
    await slider.evaluate(
      (input, place) => {
        input.value = place;
        input.dispatchEvent(new Event('input', { bubbles: true }));
      },
      Math.round((last * i) / moments),
    );
    await page.waitForTimeout(400);
    frames.push(decode(await page.screenshot({ clip })));
  }
  writeFileSync(join(target, 'network.gif'), animate(frames));
}

/**
 * An animated picture of these frames, which shows the last one for longer. A pixel that stays as it was is
 * written as a transparent one: most of them do, and runs of one colour take next to no room.
 */
function animate(frames) {
  const [{ width, height, channels }] = frames;
  const pixels = frames.map(({ data }) => (channels === 4 ? data : withAlpha(data)));
  const some = [0, 0.5, 1].map((share) => pixels[Math.round(share * (frames.length - 1))]);
  const palette = gifenc.quantize(new Uint8Array(Buffer.concat(some)), 127);
  const transparentIndex = palette.length;
  const encoder = gifenc.GIFEncoder();
  let before;
  for (const [i, frame] of pixels.entries()) {
    const colours = gifenc.applyPalette(frame, palette);
    const changed = colours.map((colour, at) => (colour === before?.[at] ? transparentIndex : colour));
    const delay = i === frames.length - 1 ? 2500 : 100;
    encoder.writeFrame(changed, width, height, {
      palette: i === 0 ? [...palette, [0, 0, 0]] : undefined,
      delay,
      transparent: i > 0,
      transparentIndex,
      dispose: 1,
    });
    before = colours;
  }
  encoder.finish();
  return encoder.bytes();
}

function withAlpha(rgb) {
  const rgba = new Uint8Array((rgb.length / 3) * 4).fill(255);
  for (let i = 0; i < rgb.length / 3; i++) {
    rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  }
  return rgba;
}

async function showHover(page) {
  const name = page
    .locator('.view-line span')
    .filter({ hasText: /^tanh$/ })
    .first();
  await name.waitFor();
  // Hovers work once the extension is active, which its code lens shows.
  await page.locator('.codelens-decoration').first().waitFor();
  await name.hover();
  await page.locator('.monaco-hover img').first().waitFor();
  await page.waitForTimeout(1500);
}

async function takeHover(page) {
  await showHover(page);
  await page.screenshot({ path: join(target, 'hover.png'), clip: { x: 0, y: 0, width: 1000, height: 870 } });
}

async function takeEditing(page) {
  await page.locator('.codelens-decoration').first().waitFor();
  await runCommand(page, 'Fold All Block Comments');
  await runCommand(page, 'Explorer: Focus on Outline View');
  await page.locator('.pane-header').filter({ hasText: 'workspace' }).first().click();
  await page.locator('.view-line').filter({ hasText: 'flatten' }).first().click();
  await page.locator('.view-line').filter({ hasText: 'FLOPs' }).first().waitFor();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(target, 'editing.png') });
}

/** Saves a picture of the walkthrough. These are in the package, so they are WebP, a tenth of PNG's size. */
async function saveSmall(page, name, clip) {
  const png = (await page.screenshot({ clip })).toString('base64');
  const blank = await page.context().browser().newPage();
  const webp = await blank.evaluate(async (source) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${source}`;
    await picture.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext('2d').drawImage(picture, 0, 0);
    return canvas.toDataURL('image/webp', 0.85);
  }, png);
  await blank.close();
  writeFileSync(join(root, 'media/walkthrough', `${name}.webp`), Buffer.from(webp.split(',')[1], 'base64'));
}

async function takePanel(page) {
  await takeTrained(page);
  const { x, y, width } = await page.locator('iframe.webview.ready').first().boundingBox();
  await saveSmall(page, 'train', { x, y, width, height: 616 });
}

async function takeActivation(page) {
  await showHover(page);
  const { x, y, width } = await page.locator('.monaco-hover:has(img)').first().boundingBox();
  await saveSmall(page, 'activations', { x, y, width, height: 316 });
}

/** A sweep of 24 short runs, in a folder of its own. */
function sweepFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-pictures-'));
  const text = `name: Moons
seed: 1
data: { source: moons, split: { train: 0.6, validation: 0.4 } }
model:
  layers:
    - dense: { units: 4, activation: tanh, name: hidden }
    - dense: { units: 1, activation: sigmoid }
training:
  loss: binary_crossentropy
  optimizer: { sgd: { learning_rate: 0.1 } }
  batch_size: 16
  epochs: 120
expect: [val_loss < 0.1]
sweep:
  values:
    training.optimizer.sgd.learning_rate: [0.03, 0.1, 0.3, 1]
    model.layers.hidden.dense.units: [2, 8]
    seed: [1, 2, 3]
`;
  writeFileSync(join(folder, 'moons.nnspec'), text);
  process.on('exit', () => rmSync(folder, { recursive: true }));
  return folder;
}

/** Trains the sweep to its end; the page that compares its runs. */
async function trainSweep(page) {
  await page.locator('.view-line').filter({ hasText: 'epochs' }).first().waitFor();
  await runCommand(page, 'NNSpec: Train Network');
  const compare = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await page.getByText('24 of 24 runs trained').first().waitFor({ timeout: 60_000 });
  await runCommand(page, 'Notifications: Clear All Notifications');
  return compare;
}

async function takeCompare(page) {
  const compare = await trainSweep(page);
  await runCommand(page, 'View: Close Primary Side Bar');
  await compare.getByTestId('title').click();
  await runCommand(page, 'View: Toggle Maximize Editor Group');
  await compare.getByTestId('group-seeds').check();
  await compare.locator('th[data-column="val_loss"] button').click();
  await compare.getByTestId('title').click();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(target, 'compare.png') });
}

async function takeRuns(page) {
  await trainSweep(page);
  await page.locator('.activitybar [aria-label^="NNSpec"]').first().click();
  const rows = page.locator('.pane-body .monaco-list-row');
  await rows.filter({ hasText: 'Sweep' }).first().locator('.monaco-tl-twistie').click();
  await rows.filter({ hasText: 'units' }).nth(5).waitFor();
  const side = await page.locator('.part.sidebar').boundingBox();
  await page.mouse.move(side.x + side.width, 400);
  await page.mouse.down();
  await page.mouse.move(620, 400, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(1000, 800);
  await page.waitForTimeout(2500);
  await page.screenshot({ path: join(target, 'runs.png'), clip: { x: 0, y: 35, width: 900, height: 480 } });
}

mkdirSync(target, { recursive: true });
// A hover takes at most a quarter of the window's height: a high window, cut to its upper part.
const shots = [
  {
    name: 'network',
    take: takeMoving,
    theme: 'dark',
    file: 'xor.nnspec',
    viewport: { width: 1280, height: 860 },
  },
  {
    name: 'editing',
    take: takeEditing,
    theme: 'dark',
    file: 'digits-conv.nnspec',
    viewport: { width: 1280, height: 860 },
    settings: { ...settings, 'breadcrumbs.enabled': true },
  },
  {
    name: 'hover',
    take: takeHover,
    theme: 'light',
    file: 'xor.nnspec',
    viewport: { width: 1000, height: 1700 },
  },
  {
    name: 'compare',
    take: takeCompare,
    theme: 'dark',
    folder: sweepFolder(),
    file: 'moons.nnspec',
    viewport: { width: 1280, height: 900 },
  },
  {
    name: 'runs',
    take: takeRuns,
    theme: 'light',
    folder: sweepFolder(),
    file: 'moons.nnspec',
    viewport: { width: 1280, height: 860 },
  },
  {
    name: 'walkthrough-train',
    take: takePanel,
    theme: 'dark',
    file: 'xor.nnspec',
    viewport: { width: 1280, height: 860 },
  },
  {
    name: 'walkthrough-activations',
    take: takeActivation,
    theme: 'dark',
    file: 'xor.nnspec',
    viewport: { width: 1000, height: 1700 },
  },
];
const wanted = process.argv.slice(2);
for (const { name, take, ...options } of shots) {
  if (wanted.length > 0 && !wanted.includes(name)) {
    continue;
  }
  console.log(`Taking ${name}…`);
  const session = await openSession({ folder: join(root, 'examples'), settings, say: console.log, ...options });
  try {
    await take(session.page);
  } finally {
    await session.close();
  }
}
console.log(`The pictures are in ${target} and in media/walkthrough.`);
