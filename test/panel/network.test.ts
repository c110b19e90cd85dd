import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible } from './accessible';
import { hydrate, posted, settled, textOf, usePanels } from './page';
import { trainedRun } from './realRun';

const xor = `
name: XOR
seed: 2
data: { source: xor }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { optimizer: { sgd: 0.5 }, batch_size: 4, epochs: 200 }
`;

const deep = `
name: Deep
data: { source: xor }
model: { layers: [${Array(14).fill('dense: { units: 20, activation: tanh }')}, dense: { units: 1, activation: sigmoid }] }
training: { epochs: 1 }
`;

const pixels = `
data:
  columns: [${Array.from({ length: 16 }, (_, i) => `pixel_${i}`)}, y]
  rows: [[${Array(16).fill(0)}, no], [${Array(16).fill(1)}, yes]]
  target: y
model: { layers: [dense: { units: 3, activation: relu }, dense: { units: 1, activation: sigmoid }] }
training: { epochs: 1 }
`;

describe('the network in the panel', function () {
  this.timeout(60_000);
  const panels = usePanels();
  let page: Page;
  const text = (id: string) => textOf(page, id);

  /** The numbers of a table, without their names. */
  const table = async () =>
    page
      .getByTestId('net-table')
      .evaluate((element) =>
        [...element.querySelectorAll('tbody tr')].map((row) =>
          [...row.querySelectorAll('td')].map((cell) => cell.textContent),
        ),
      );

  it('comes first, and shows the numbers of the engine, from which its sums follow', async () => {
    page = await panels.open({ state: {} });
    const run = await trainedRun(xor, 60);
    const { units } = await run.show(page);
    assert.equal(await page.getByTestId('tab-network').getAttribute('aria-selected'), 'true');
    const [hidden, output] = units!.layers;
    const label = (id: string) => page.getByTestId(id).getAttribute('aria-label');
    assert.equal(await label('unit-2-0'), `dense_2, unit 1: ${output.a[0].toPrecision(3)}`);
    await page.getByTestId('unit-1-2').click();
    const short = (value: number) => value.toPrecision(4).replace('-', '−');
    const rows = await table();
    for (const [i, cells] of rows.slice(0, 2).entries()) {
      assert.equal(Number(cells[1]!.replace('−', '-')), Number(hidden.weight!.values[4 + i].toPrecision(4)));
      assert.equal(Number(cells[2]!.replace('−', '-')), Number(hidden.weight!.gradients[4 + i].toPrecision(3)));
    }
    assert.ok((await text('net-formula')).endsWith(` = ${short(hidden.z![2])}`));
    assert.ok((await text('net-activation')).endsWith(` = ${short(hidden.a[2])}`));
    const lines = await page.evaluate(() =>
      [...document.querySelectorAll('.net-edges .weight')].map((line) => line.classList.contains('negative')),
    );
    const weights = [...hidden.weight!.values, ...output.weight!.values];
    assert.deepEqual(
      lines,
      weights.map((weight) => weight < 0),
    );
    // A calculator confirms the sums with the digits shown.
    for (const unit of ['unit-1-0', 'unit-1-1', 'unit-1-3', 'unit-2-0']) {
      await page.getByTestId(unit).click();
      const [, , sum, result] = (await text('net-formula')).replaceAll('−', '-').split(' = ');
      const value = sum.split(' + ').reduce((total, term) => {
        const factors = term.split('·');
        return total + factors.reduce((product, factor) => product * Number(factor.replace(/[()]/g, '')), 1);
      }, 0);
      assert.equal(value.toPrecision(4), Number(result).toPrecision(4), sum);
    }
    run.engine.dispose();
  });

  it('is moved, changed and asked by hand, from the keyboard too', async () => {
    page = await panels.open({ state: {} });
    await hydrate(page, 'xor', 5);
    await page.getByTestId('unit-0-0').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    assert.match((await page.locator(':focus').getAttribute('aria-label')) ?? '', /^dense_1, unit/);
    await page.keyboard.press('+');
    assert.match(await page.locator('.net-content').evaluate(({ style }) => style.transform), /scale\(1\.25\)/);
    await page.keyboard.press('0');
    assert.equal(await page.locator('.net-content').evaluate(({ style }) => style.transform), '');
    await page.getByTestId('net-layer-1').click();
    assert.deepEqual(
      (await posted(page, 'reveal')).map(({ line }) => line),
      [9],
    );

    // The cursor in the spec marks the layer it is in.
    const marked = () => page.locator('.net-title.marked').allTextContents();
    for (const [layer, names] of [
      [0, ['dense_1']],
      [1, ['dense_2']],
      [undefined, []],
    ] as const) {
      await page.evaluate((at) => window.postMessage({ type: 'cursorLayer', layer: at }, '*'), layer);
      await settled(page);
      assert.deepEqual(await marked(), names);
    }

    // The numbers of a unit that is chosen come into sight, with a hint how to change them.
    const whole = page.viewportSize()!;
    await page.setViewportSize({ width: 510, height: 560 });
    await settled(page);
    await page.getByTestId('unit-1-2').click();
    const { y: top, height: tall } = (await page.getByTestId('net-table').boundingBox())!;
    assert.ok(top > 0 && top + tall <= 560, `from ${top}, ${tall} high`);
    const topOf = (id: string) => page.getByTestId(id).evaluate((element) => element.getBoundingClientRect().top);
    assert.ok((await topOf('chart-network-boundary')) < (await topOf('net-note')), 'words come before the picture');
    assert.match(await text('net-details'), /Over the inputs its output goes from .* to .*Write another number into w/);
    await page.setViewportSize(whole);
    await settled(page);

    // Weights are set by hand, and the changes taken back.
    await page.getByTestId('unit-1-2').click();
    const [first, second] = await page.evaluate(() => window.fakeFeed.network.W[0][2]);
    const field = page.getByTestId('net-weight-1');
    await page.setViewportSize({ width: 320, height: 900 });
    await field.fill('−0.002904');
    const [needed, room] = await field.evaluate((input) => [input.scrollWidth, input.clientWidth]);
    assert.ok(needed <= room, `a number of ${needed} pixels in ${room}`);
    await page.setViewportSize(whole);
    await field.fill('−1,25');
    await field.press('Enter');
    await field.press('Control+z');
    await page.getByTestId('net-weight-0').press('ArrowUp');
    await page.getByTestId('net-weight-0').fill('much');
    await page.getByTestId('net-weight-0').press('Enter');
    assert.equal(await page.getByTestId('net-weight-0').getAttribute('aria-invalid'), 'true');
    await page.getByTestId('net-undo').click();
    const tensor = 'dense_1.weight';
    const raised = Number((Number(first.toPrecision(4)) + 0.1).toPrecision(6));
    assert.deepEqual(
      (await posted(page, 'setWeight')).map(({ type: _, ...set }) => set),
      [
        { tensor, index: 5, value: -1.25 },
        { tensor, index: 5, value: Math.fround(second) },
        { tensor, index: 4, value: raised },
        { tensor, index: 4, value: Math.fround(first) },
      ],
    );

    // Inputs by hand: a slider, or a place of the plane.
    await page.getByTestId('net-by-hand').click();
    await page.getByTestId('net-slider-0').fill('150');
    await settled(page);
    const asked = () => posted(page, 'moment').then((all) => all.at(-1)?.questions.units?.inputs);
    // The slider goes 0.15 beyond the data on both sides.
    assert.deepEqual(
      (await asked())?.map((input) => Number(input.toFixed(6))),
      [0.825, 0],
    );
    const plane = page.getByTestId('chart-network-boundary');
    const { width, height } = (await plane.boundingBox())!;
    await plane.click({ position: { x: 44 + (width - 52) / 2, y: 8 + (height - 44) / 4 } });
    await settled(page);
    const [x, y] = (await asked())!;
    assert.ok(Math.abs(x - 0.5) < 0.01 && Math.abs(y - 0.825) < 0.01, `${x} ${y}`);
    const output = await page.evaluate(([a, b]) => window.fakeFeed.network.forward([[a, b]]).a[1][0][0], [x, y]);
    assert.equal(
      await page.getByTestId('unit-2-0').getAttribute('aria-label'),
      `dense_2, unit 1: ${output.toPrecision(3)}`,
    );
    await page.getByTestId('net-by-hand').click();
    await settled(page);
    assert.equal(await page.getByTestId('net-sliders').isVisible(), false);
    await page.evaluate(() => window.fakeFeed.append({ state: 'completed' }));
    await settled(page);
    assert.equal(await field.isVisible(), false, 'a run that is over can be changed no more');
    await page.setViewportSize({ width: 300, height: 900 });
    await settled(page);
    await assertAccessible(page, 'network');
    // The tabs stay in one row, in which the chosen one is in sight.
    for (const key of ['7', '4', '1']) {
      await page.keyboard.press(key);
      await settled(page);
      const [tops, inSight] = await page.getByRole('tablist', { name: 'Views of the run' }).evaluate((list) => {
        const placeOf = (element: Element) => element.getBoundingClientRect();
        const [{ left, right }, room] = [placeOf(list.querySelector('[aria-selected="true"]')!), placeOf(list)];
        const all = new Set([...list.children].map((tab) => placeOf(tab).top));
        return [all.size, left >= room.left && right <= room.right];
      });
      assert.deepEqual([tops, inSight], [1, true], `tab ${key}`);
    }
  });

  it('takes a drawing, painted with the pointer or the keyboard', async () => {
    page = await panels.open({ state: { choices: { tab: 'network', inputs: Array(16).fill(0) } } });
    const run = await trainedRun(pixels, 0);
    await run.show(page);
    await page.getByTestId('net-field').click({ position: { x: 63, y: 105 } });
    await page.getByTestId('net-field').press('ArrowRight');
    await page.getByTestId('net-field').press(' ');
    // The first question is answered: now the last drawing is asked for.
    const [{ id }] = await posted(page, 'moment');
    await page.evaluate((id) => window.postMessage({ type: 'moment', id, answers: {} }, '*'), id);
    await settled(page);
    const inputs = (await posted(page, 'moment')).at(-1)!.questions.units!.inputs!;
    const painted = inputs.flatMap((input, i) => (input > 0.5 ? [i] : []));
    assert.deepEqual(painted, [1, 2 * 4 + 1]);
    run.engine.dispose();
  });

  it('opens a large network on its curves, and says what it leaves out', async () => {
    page = await panels.open({ state: {} });
    const run = await trainedRun(deep, 0);
    await run.show(page);
    assert.equal(await page.getByTestId('tab-overview').getAttribute('aria-selected'), 'true');
    await page.getByTestId('tab-network').click();
    await settled(page);
    assert.match(await text('net-note'), /6 layers in the middle are not shown/);
    assert.equal(await page.getByText('4 more', { exact: true }).count(), 8);
    assert.match(await text('net-note'), /only the first units/);
    run.engine.dispose();
  });
});
