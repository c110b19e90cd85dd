import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { hydrate, posted, setTheme, settled, textOf, usePanels } from './page';

describe('the training panel', function () {
  this.timeout(60_000);
  const panels = usePanels();
  let page: Page;
  const text = (id: string) => textOf(page, id);

  it('says that it is ready and acknowledges each frame after drawing it', async () => {
    page = await panels.open();
    assert.equal((await posted(page, 'ready')).length, 1);
    await hydrate(page, 'xor', 10);
    await page.evaluate(() => {
      window.fakeFeed.train(5);
      window.fakeFeed.append();
    });
    await settled(page);
    assert.deepEqual(
      (await posted(page, 'ack')).map(({ frame }) => frame),
      [1, 2],
    );
  });

  it('shows exactly the received numbers in its charts', async () => {
    page = await panels.open();
    await hydrate(page, 'spiral', 20);
    await page.evaluate(() => {
      window.fakeFeed.train(10);
      window.fakeFeed.append();
    });
    await settled(page);
    const { drawn, sent } = await page.evaluate(() => ({
      drawn: window.nnspecPanel?.chart('loss'),
      sent: ['loss', 'val_loss'].map((tag) => window.nnspecPanel?.series(tag)),
    }));
    assert.equal(sent[0]?.y.length, 30);
    assert.deepEqual(
      drawn?.map(({ x, y }) => ({ x, y })),
      sent,
    );
    assert.match(await text('headline-loss'), new RegExp(String(sent[0]?.y.at(-1)?.toPrecision(3)).slice(0, 5)));
  });

  it('formats large epochs readably', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 3);
    await page.evaluate(() => {
      window.fakeFeed.hydrate({ series: { loss: { x: Float64Array.of(1, 200_000), y: Float64Array.of(0.9, 0.1) } } });
    });
    await settled(page);
    await page.getByTestId('table-loss').locator('summary').click();
    assert.equal(await page.getByTestId('table-loss').locator('tbody th').last().textContent(), '200,000');
  });

  it('does not promise a loss for a run that was stopped within its first epoch', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 0);
    const empty = () => page.getByTestId('empty-loss').textContent();
    assert.match((await empty()) ?? '', /appears after the first epoch/);
    await page.evaluate(() => {
      window.fakeFeed.state = 'stopped';
      window.fakeFeed.append();
    });
    await settled(page);
    assert.match((await empty()) ?? '', /ended before its first epoch did: “per batch”/);
  });

  it('has its buttons in one row in a panel 300 px wide, each with an accessible name', async () => {
    page = await panels.open({ width: 300 });
    await hydrate(page, 'xor', 3);
    const buttons = await page.getByRole('toolbar').getByRole('button').all();
    const tops = await Promise.all(buttons.map(async (each) => Math.round((await each.boundingBox())?.y ?? -1)));
    assert.equal(buttons.length, 7);
    assert.equal(new Set(tops).size, 1, tops.join());
    for (const name of ['Pause', 'Step batch', 'Stop', 'Restart', 'New seed', 'Save weights']) {
      await page.getByRole('button', { name, exact: true }).waitFor();
    }
  });

  it('draws a single value as a point, and several as a line without points', async () => {
    page = await panels.open();
    const radius = () => page?.evaluate(() => window.nnspecPanel?.chart('loss')?.[0].radius);
    await hydrate(page, 'xor', 1);
    assert.equal(await radius(), 3);
    await page.evaluate(() => {
      window.fakeFeed.train(4);
      window.fakeFeed.append();
    });
    await settled(page);
    assert.equal(await radius(), 0);
  });

  it('describes each chart in words and as a table', async () => {
    page = await panels.open();
    await hydrate(page, 'spiral', 40);
    const last = await page.evaluate(() => window.nnspecPanel?.series('loss').y.at(-1) ?? 0);
    const label = await page.getByTestId('chart-loss').getAttribute('aria-label');
    assert.match(label ?? '', /Loss of each epoch\. Training loss at epoch 40: /);
    assert.ok(label?.includes(last.toPrecision(4)), label ?? '');
    assert.match(
      (await page.getByTestId('chart-boundary').getAttribute('aria-label')) ?? '',
      /Decision boundary over x1 and x2 at epoch 40/,
    );
    for (const canvas of await page.locator('canvas[role=img]:visible').all()) {
      assert.ok(((await canvas.getAttribute('aria-label')) ?? '').length > 20);
    }
    await page.getByTestId('table-loss').locator('summary').click();
    const rows = page.getByTestId('table-loss').locator('tbody tr');
    await rows.first().waitFor();
    assert.equal(await rows.count(), 40);
    assert.ok(((await rows.last().textContent()) ?? '').includes(last.toPrecision(4)));
  });

  it('announces the points that are selected with the arrow keys', async () => {
    page = await panels.open();
    await hydrate(page, 'spiral', 12);
    await page.getByTestId('chart-loss').focus();
    await page.keyboard.press('End');
    const [loss, validation] = await page.evaluate(() =>
      ['loss', 'val_loss'].map((tag) => window.nnspecPanel?.series(tag).y.at(-1) ?? 0),
    );
    assert.equal(
      await page.getByTestId('live').textContent(),
      `epoch 12: training ${loss.toPrecision(4)}, validation ${validation.toPrecision(4)}`,
    );
    await page.keyboard.press('ArrowLeft');
    assert.match((await page.getByTestId('live').textContent()) ?? '', /^epoch 11: /);
  });

  it('shows batches, a log axis, and a smoothed line over the pale raw one', async () => {
    page = await panels.open();
    await hydrate(page, 'spiral', 20);
    await page.getByTestId('per').selectOption('batch');
    await settled(page);
    const batches = await page.evaluate(() => window.nnspecPanel?.chart('loss'));
    assert.equal(batches?.length, 1);
    assert.equal(batches?.[0].x.length, 20 * 8);
    await page.getByTestId('log').check();
    await page.getByTestId('smoothing').fill('0.9');
    await settled(page);
    const smoothed = await page.evaluate(() => window.nnspecPanel?.chart('loss'));
    assert.deepEqual(
      smoothed?.map(({ label }) => label),
      ['training', 'training, unsmoothed'],
    );
    assert.deepEqual(smoothed?.[1].y, batches?.[0].y);
    assert.notDeepEqual(smoothed?.[0].y, batches?.[0].y);
    const kept = await page.evaluate(() => (window as unknown as { kept: { choices: object } }).kept.choices);
    assert.deepEqual(kept, { ...kept, per: 'batch', log: true, smoothing: 0.9 });
  });

  it('posts the messages of its controls', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 5);
    await page.getByTestId('pause').click();
    await page.evaluate(() => {
      window.fakeFeed.state = 'paused';
      window.fakeFeed.append();
    });
    await settled(page);
    await page.getByTestId('pause').click();
    await page.getByTestId('step').click();
    await page.getByTestId('step-more').click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByTestId('stop').click();
    await page.getByTestId('stop-yes').click();
    await page.getByTestId('restart').click();
    assert.deepEqual(
      (await posted(page, 'control')).map(({ action }) => action),
      ['pause', 'resume', 'stop', 'restart'],
    );
    assert.deepEqual(
      (await posted(page, 'step')).map(({ unit }) => unit),
      ['batch', 'epoch'],
    );
  });

  it('stops a run that is already stopping without another question', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 5);
    await page.evaluate(() => {
      window.fakeFeed.state = 'stopping';
      window.fakeFeed.append();
    });
    await settled(page);
    assert.match((await page.getByTestId('stop').textContent()) ?? '', /Stop now/);
    assert.ok(await page.getByTestId('pause').isDisabled());
    await page.getByTestId('stop').click();
    assert.deepEqual(
      (await posted(page, 'control')).map(({ action }) => action),
      ['stop'],
    );
  });

  it('changes the learning rate by number and by slider, and refuses other input', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 5);
    assert.equal(await page.getByTestId('rate-input').inputValue(), '0.5');
    await page.getByTestId('rate-input').fill('0.05');
    await page.keyboard.press('Enter');
    await page.getByTestId('rate-slider').fill('-3');
    await page.waitForTimeout(150);
    assert.deepEqual(
      (await posted(page, 'learningRate')).map(({ value }) => value),
      [0.05, 0.001],
    );
    await page.getByTestId('rate-input').fill('fast');
    await page.keyboard.press('Enter');
    assert.equal(await page.getByTestId('rate-input').getAttribute('aria-invalid'), 'true');
    assert.equal(await text('rate-problem'), 'Write a number above 0.');
    assert.equal((await posted(page, 'learningRate')).length, 2);
  });

  it('has the keys Space, full stop, Escape and 1 to 7, and asks before it stops', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 5);
    await page.keyboard.press(' ');
    await page.keyboard.press('.');
    for (const [key, tab] of [
      ['3', 'activations'],
      ['6', 'data'],
      ['2', 'overview'],
    ] as const) {
      await page.keyboard.press(key);
      assert.equal(await page.getByTestId(`tab-${tab}`).getAttribute('aria-selected'), 'true');
      assert.equal(await page.getByTestId(`panel-${tab}`).isVisible(), true);
    }
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getByTestId('tab-activations').getAttribute('aria-selected'), 'true');
    await page.keyboard.press(' ');
    await page.keyboard.press('Escape');
    assert.equal(await page.getByTestId('stop-question').isVisible(), true);
    await page.keyboard.press('Escape');
    assert.equal(await page.getByTestId('stop-question').isVisible(), false);
    assert.deepEqual(
      (await posted(page, 'control')).map(({ action }) => action),
      ['pause', 'pause'],
    );
    assert.deepEqual(
      (await posted(page, 'step')).map(({ unit }) => unit),
      ['batch'],
    );
  });

  it('shows how many samples are trained on in a second, and the memory of the engine, while it trains', async () => {
    page = await panels.open();
    await hydrate(page, 'spiral', 5);
    // 830 batches a second of 30 samples each.
    assert.equal(await text('speed'), '24,900 samples/s · 85\u00a0MB');
    await page.evaluate(() => {
      window.fakeFeed.state = 'paused';
      window.fakeFeed.append();
    });
    await settled(page);
    assert.equal(await text('speed'), '85\u00a0MB');
  });

  it('requests probes only for what is visible', async () => {
    page = await panels.open();
    await hydrate(page, 'spiral', 5);
    await page.keyboard.press('5');
    await page.keyboard.press('7');
    assert.deepEqual(
      (await posted(page, 'subscribe')).map(({ questions }) => questions),
      [
        { activations: {}, gradients: {}, verdict: {}, surface: { resolution: 64 } },
        { activations: {}, gradients: {}, verdict: {} },
        {
          ...{ activations: {}, gradients: {}, verdict: {} },
          ...{ mistakes: { part: 'validation', from: 0 }, confusion: { part: 'validation' } },
        },
      ],
    );
  });

  it('redraws for each of the four kinds of theme', async () => {
    page = await panels.open();
    await hydrate(page, 'spiral', 30);
    const pixels = () =>
      page.evaluate(() => (document.querySelector('[data-testid=chart-loss]') as HTMLCanvasElement).toDataURL());
    const seen = new Set([await pixels()]);
    for (const theme of ['vscode-light', 'vscode-high-contrast', 'vscode-high-contrast-light'] as const) {
      await setTheme(page, theme);
      await settled(page);
      seen.add(await pixels());
    }
    assert.equal(seen.size, 4);
  });

  it('draws for every activation its curve, its derivative and the distribution of z', async () => {
    page = await panels.open({ state: { choices: { tab: 'activations' } } });
    await hydrate(page, 'spiral', 30);
    const chart = await page.evaluate(() => window.nnspecPanel?.chart('activation-dense_1'));
    assert.deepEqual(
      chart?.map(({ label }) => label),
      ['f(z)', 'f′(z)', 'share of z'],
    );
    assert.equal(chart?.[0].x.length, 101);
    assert.ok(Math.abs((chart?.[2].y ?? []).reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
    const bars = page.getByTestId('figure-activation-dense_3').locator('[role=meter]');
    assert.equal(await bars.count(), 3);
    const means = await bars.evaluateAll((all) => all.map((bar) => Number(bar.getAttribute('aria-valuenow'))));
    assert.ok(Math.abs(means.reduce((a, b) => a + b, 0) - 1) < 1e-3);
  });

  it('walks through backpropagation with the numbers of the network', async () => {
    page = await panels.open({ state: { choices: { tab: 'backprop', sample: 1 } } });
    await hydrate(page, 'xor', 5);
    const [{ options }] = await posted(page, 'walk');
    assert.deepEqual(options, { subject: { kind: 'sample', index: 1 } });
    const weight = await page.evaluate(() => window.fakeFeed.network.W[0][0][0]);
    assert.equal(await text('walk-title'), 'Forward: dense_1');
    assert.ok((await text('tensor-W')).includes(weight.toPrecision(3).replace('-', '−')));
    const titles: string[] = [];
    for (let i = 0; i < 8; i++) {
      await page.getByTestId('walk-next').click();
      titles.push(await text('walk-title'));
    }
    assert.deepEqual(titles, [
      'Forward: dense_2',
      'Error at the output',
      'Error δ: dense_1',
      'Gradients: dense_2',
      'Gradients: dense_1',
      'Update: dense_1',
      'Update: dense_2',
      'Forward pass again: output',
    ]);
    assert.match(await text('walk-numbers'), /L: [\d.]+ → [\d.]+$/);
    await page.getByTestId('walk-back').click();
    assert.equal(await page.getByTestId('tensor-Wafter').isVisible(), true);
    assert.equal((await posted(page, 'step')).length, 0, 'the walk does not step the run');
    await page.getByTestId('step-whole').click();
    assert.deepEqual(
      (await posted(page, 'step')).map(({ unit }) => unit),
      ['batch'],
    );
    await page.evaluate(() => {
      window.fakeFeed.state = 'paused';
      window.fakeFeed.train(1);
      window.fakeFeed.append();
    });
    // Request, reply and drawing take more than one frame.
    await page.getByText(/Numbers of step 6/).waitFor();
    assert.equal((await posted(page, 'walk')).length, 2, 'a new walk is requested after the step');
  });

  it('draws negative weights opaque, even if the theme’s orange is translucent', async () => {
    page = await panels.open({ state: { choices: { tab: 'backprop' } } });
    await hydrate(page, 'xor', 5);
    await page.evaluate(() => document.documentElement.style.setProperty('--vscode-charts-orange', '#ea5c0055'));
    await settled(page);
    const stroke = await page
      .locator('.network .edges.active .negative')
      .first()
      .evaluate((line) => getComputedStyle(line).stroke);
    assert.match(stroke, /^rgb\(/);
  });

  it('reports a layer without a gradient, with a link to its line', async () => {
    page = await panels.open({ state: { choices: { tab: 'gradients' } } });
    const against = { tag: 'loss', value: 0.6935, baseline: 0.69 };
    const findings = [{ code: 'vanishing', layer: 'dense_1', value: 1.8e-5 }];
    await hydrate(page, 'deep', 20, { verdict: { learned: false, against, findings } });
    assert.match(await text('reading-depth'), /On its way back from dense_8 to dense_1 the error shrinks/);
    assert.match(await text('findings'), /So far not clearly better than always giving the same answer: loss 0\.6935/);
    assert.match(await text('findings'), /of that at the last layer, dense_1 gets 0\.0018 %/);
    await page.getByTestId('reveal').click();
    assert.deepEqual(await posted(page, 'reveal'), [{ type: 'reveal', line: 8 }]);
  });

  it('says how the run ended, which expectations were met and what to try', async () => {
    page = await panels.open();
    const final = { train: [['loss', 0.6935]] };
    const expect = [{ text: 'loss < 0.05', ok: false, value: 0.6935 }];
    const against = { tag: 'loss', value: 0.6935, baseline: 0.69 };
    const verdict = { learned: false, against, findings: [{ code: 'linear', value: 0.6935 }] };
    await hydrate(page, 'linear', 60, {
      state: 'completed',
      ended: { reason: 'completed', epochs: 60, seconds: 3.2, final, expect, verdict },
    });
    const banner = await text('banner');
    assert.match(banner, /Finished at epoch 60, 3\ss\./);
    assert.match(banner, /1 of 1 expectations not met\./);
    assert.match(banner, /loss < 0\.05 not met: 0\.6935/);
    assert.match(banner, /Try next: Use a hidden layer with an activation such as tanh\./);
    // The tile, the expectation and the verdict show one value.
    assert.match(await text('headline-loss'), /0\.6935/);
    assert.match(
      await text('findings'),
      /^It has not learned: loss 0\.6935 .*one linear map.* 0\.6935\. \(at the end\)/,
    );
    // There is no film, so no room is kept for the words of its moments.
    assert.equal(await page.locator('.when').first().boundingBox(), null);
    assert.equal(await page.getByTestId('pause').isDisabled(), true);
  });

  it('names the epoch that early stopping kept, shows its values, and the test results without a click', async () => {
    page = await panels.open();
    const [kept, final] = [
      { epoch: 41, values: [['loss', 0.25]] },
      { train: [['loss', 0.25]], test: [['loss', 0.31]] },
    ];
    const ended = { reason: 'early_stopping', epochs: 60, seconds: 3.2, final, kept, expect: [] };
    await hydrate(page, 'linear', 60, { state: 'early_stopping', ended });
    assert.match(await text('banner'), /Stopped early at epoch 60.* The weights of epoch 41 were kept, the best one\./);
    assert.equal(await page.getByTestId('test-results').isVisible(), true);
    assert.equal(await text('test-results'), 'Test part: loss 0.3100');
    assert.match(await text('headline-loss'), /loss epoch 41\s*0\.2500/);
  });

  it('leaves room for the charts after the run: the whole loss chart is visible beside an editor', async () => {
    page = await panels.open({ width: 520, height: 800 });
    const final = { train: [['loss', 0.003]], validation: [['loss', 0.004]] };
    const expect = ['loss < 0.05', 'val_loss < 0.05', 'accuracy == 1'].map((each) => ({
      text: each,
      ok: true,
      value: 1,
    }));
    await hydrate(page, 'spiral', 60, {
      state: 'completed',
      ended: { reason: 'completed', epochs: 60, seconds: 3.2, final, expect },
    });
    const chart = await page.getByTestId('chart-loss').boundingBox();
    assert.ok(chart && chart.y + chart.height < 800, `the chart ends at ${chart && chart.y + chart.height} px`);
    const banner = page.getByTestId('banner');
    assert.match(await text('banner'), /All expectations met\./);
    assert.equal(await banner.getByTestId('expectations').isVisible(), false);
    await banner.locator('summary').click();
    assert.equal(await banner.getByTestId('expectations').isVisible(), true);
    // The details stay open when the banner is redrawn.
    await page.evaluate(() => window.fakeFeed.append({ stage: 'again' }));
    await settled(page);
    assert.equal(await banner.getByTestId('expectations').isVisible(), true);
  });

  it('keeps the explanation of a deep network visible: each stage is one row', async () => {
    page = await panels.open({ width: 520, height: 900, state: { choices: { tab: 'backprop' } } });
    await hydrate(page, 'deep', 20);
    const { height = 999 } = (await page.getByTestId('walk-steps').boundingBox()) ?? {};
    assert.ok(height < 165, `the steps take ${height} px`);
    for (let i = 0; i < 10; i++) {
      await page.getByTestId('walk-next').click();
    }
    const row = await page.locator('.stage-steps:has([aria-current="step"])').boundingBox();
    const chip = await page.locator('[aria-current="step"]').boundingBox();
    assert.ok(
      row && chip && chip.x >= row.x - 1 && chip.x + chip.width <= row.x + row.width + 1,
      'the step is cut off',
    );
  });

  it('says where a run diverged and offers to restart', async () => {
    page = await panels.open();
    const divergence = { message: 'The loss became NaN.', layer: 'dense_2', step: 17, tensor: 'dense_2.weight' };
    const verdict = { learned: false, findings: [{ code: 'diverged', layer: 'dense_2', value: 17 }] };
    await hydrate(page, 'xor', 4, {
      state: 'diverged',
      ended: { reason: 'diverged', epochs: 4, seconds: 1, final: {}, expect: [], verdict, divergence },
    });
    const banner = await text('banner');
    for (const part of ['The loss became NaN.', 'dense_2.weight', '17', 'Lower the learning rate to a tenth']) {
      assert.ok(banner.includes(part), `${part} in ${banner}`);
    }
    assert.equal(banner.match(/dense_2/g)?.length, 1, 'the layer is named once');
    assert.ok(await page.getByTestId('save').isDisabled(), 'the weights can be saved');
    await page.getByTestId('banner-restart').click();
    assert.deepEqual(
      (await posted(page, 'control')).map(({ action }) => action),
      ['restart'],
    );
  });

  it('offers to resume an interrupted run, and says what that does', async () => {
    page = await panels.open();
    await hydrate(page, 'spiral', 15, { state: 'interrupted', stored: true, ended: undefined });
    assert.match(await text('banner'), /interrupted: whatever trained it has gone\. Resume goes on/);
    await page.getByTestId('banner-resume').click();
    assert.deepEqual(await posted(page, 'control'), [{ type: 'control', action: 'resume' }]);
  });

  it('shows a stored run with its losses and disabled controls', async () => {
    page = await panels.open();
    const missing = { activations: undefined, surface: undefined, gradients: undefined };
    await hydrate(page, 'spiral', 15, { state: 'completed', stored: true, ...missing });
    assert.match(await text('banner'), /This is a stored run/);
    assert.equal(await page.evaluate(() => window.nnspecPanel?.chart('loss')?.[0].y.length), 15);
    assert.equal(await page.getByTestId('pause').isDisabled(), true);
    assert.match(await text('empty-boundary'), /not kept in a stored run/);
    await page.keyboard.press('4');
    await settled(page);
    assert.match(await text('empty-backprop'), /Restart to see it/);
  });

  it('shows a text in every tab before the first data', async () => {
    page = await panels.open();
    const nothing = {
      state: 'waiting',
      stage: 'Reading digits.csv…',
      started: undefined,
      curves: undefined,
      progress: undefined,
      series: {},
      activations: undefined,
      surface: undefined,
      gradients: undefined,
      confusion: undefined,
      mistakes: undefined,
    };
    await hydrate(page, 'xor', 0, nothing);
    assert.equal(await text('banner'), 'Reading digits.csv…');
    for (const [key, id] of [
      ['1', 'empty-network'],
      ['2', 'empty-loss'],
      ['3', 'empty-activations'],
      ['4', 'empty-backprop'],
      ['5', 'empty-depth'],
      ['6', 'empty-data'],
      ['7', 'empty-mistakes'],
    ] as const) {
      await page.keyboard.press(key);
      await settled(page);
      assert.ok((await text(id)).length > 10, id);
    }
  });

  it('keeps the losses of a run whose engine died', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 9);
    await page.evaluate(() =>
      window.fakeFeed.append({
        state: 'failed',
        failure: { code: 'engine-lost', message: 'The engine stopped. Restart the run.' },
      }),
    );
    await settled(page);
    assert.match(await text('banner'), /The engine stopped\. Restart the run\./);
    assert.equal(await page.evaluate(() => window.nnspecPanel?.series('loss').y.length), 9);
    assert.equal(await page.getByTestId('banner-restart').isVisible(), true);
  });

  it('speaks Korean', async () => {
    const { default: l10n } = await import('../../l10n/webview.ko.json');
    page = await panels.open({ language: 'ko', l10n });
    await hydrate(page, 'xor', 9);
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'ko');
    assert.equal(await text('tab-overview'), '개요');
    assert.match((await page.getByTestId('chart-loss').getAttribute('aria-label')) ?? '', /에포크별 손실/);
  });

  it('keeps each word of a Korean table on one line, in a narrow panel too', async () => {
    const { default: l10n } = await import('../../l10n/webview.ko.json');
    page = await panels.open({ language: 'ko', l10n });
    await hydrate(page, 'iris', 9);
    for (const width of [300, 420, 600]) {
      await page.setViewportSize({ width, height: 800 });
      for (const key of ['1', '2', '3', '4', '5', '6']) {
        await page.keyboard.press(key);
        await settled(page);
        assert.deepEqual(await page.evaluate(brokenWords), [], `tab ${key} at ${width} px`);
      }
    }
  });

  it('never scrolls sideways, at 360, 420, 600, 1000 and 1600 pixels', async () => {
    page = await panels.open();
    await hydrate(page, 'iris', 9);
    for (const width of [360, 420, 600, 1000, 1600]) {
      await page.setViewportSize({ width, height: 800 });
      for (const key of ['1', '2', '3', '4', '5', '6']) {
        await page.keyboard.press(key);
        await settled(page);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(over <= 0, `tab ${key} at ${width} px is ${over} px too wide`);
      }
    }
  });
});

/** Words in table cells that wrap to a second line. */
function brokenWords(): string[] {
  const linesOf = (node: Node, from: number, to: number) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  };
  return [...document.querySelectorAll('th, td')].flatMap((cell) =>
    [...cell.childNodes].flatMap((node) =>
      [...(node.nodeType === Node.TEXT_NODE ? (node.textContent ?? '') : '').matchAll(/\S+/g)]
        .filter(({ 0: word, index }) => linesOf(node, index, index + word.length) > 1)
        .map(([word]) => word),
    ),
  );
}
