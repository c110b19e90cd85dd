#!/usr/bin/env node
/** Takes the documents' pictures from the real product, all or those named: `node scripts/pictures.mjs [NAME…]`, after a build. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSession, runCommand } from './session.mjs';
import { root } from './workbench.mjs';

const target = join(root, 'docs/pictures');

/** A quiet editor: nothing but the spec and what the product shows. */
const settings = {
  'editor.minimap.enabled': false,
  'breadcrumbs.enabled': false,
  'editor.fontSize': 13,
};

async function takeTraining(page) {
  await page.locator('.view-line').filter({ hasText: 'epochs' }).first().waitFor();
  await runCommand(page, 'NNSpec: Train Network');
  const panel = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await panel.locator('canvas').first().waitFor();
  // The last frames arrive after the run's end.
  await page.waitForTimeout(4000);
  await runCommand(page, 'View: Close Primary Side Bar');
  await page.mouse.move(640, 845);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(target, 'training.png') });
}

async function takeHover(page) {
  const name = page
    .locator('.view-line span')
    .filter({ hasText: /^tanh$/ })
    .first();
  await name.waitFor();
  // The extension answers hovers once it is active, which its code lens shows.
  await page.locator('.codelens-decoration').first().waitFor();
  await name.hover();
  await page.locator('.monaco-hover img').first().waitFor();
  await page.waitForTimeout(1500);
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

mkdirSync(target, { recursive: true });
// A hover takes a quarter of the window's height: the window of its picture is high, and the picture its upper part.
const shots = [
  {
    name: 'training',
    take: takeTraining,
    theme: 'Dark Modern',
    file: 'xor.nnspec',
    viewport: { width: 1280, height: 860 },
  },
  {
    name: 'editing',
    take: takeEditing,
    theme: 'Dark Modern',
    file: 'digits-conv.nnspec',
    viewport: { width: 1280, height: 860 },
    settings: { ...settings, 'breadcrumbs.enabled': true },
  },
  {
    name: 'hover',
    take: takeHover,
    theme: 'Light Modern',
    file: 'xor.nnspec',
    viewport: { width: 1000, height: 1700 },
  },
];
const wanted = process.argv.slice(2);
for (const { name, take, ...options } of shots) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`Taking ${name}.png…`);
  const session = await openSession({ folder: join(root, 'examples'), settings, say: console.log, ...options });
  try {
    await take(session.page);
  } finally {
    await session.close();
  }
}
console.log(`The pictures are in ${target}.`);
