import assert from 'node:assert/strict';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { packArrays } from '../../src/common/jsonNumbers';
import type { LessonOutput, ShownQuestion, ToQuestion } from '../../src/protocol/lesson';
import { themeStyle } from '../../webview/panel/dev/fakeHost';
import { launchFor, openPage, type PageBrowser } from './page';

const origin = 'http://lesson.test';

/** The renderers, with a host that boots them, notes other messages, and says what the test wants. */
const script = `
  import * as lesson from './webview/lesson/main';
  import * as question from './webview/lesson/question';
  window.posted = [];
  const listeners = [];
  window.say = (message) => listeners.forEach((listen) => listen(message));
  const context = {
    postMessage: (message) => message.type === 'boot'
      ? setTimeout(() => window.say({ type: 'boot', boot: { language: 'en' } }))
      : window.posted.push(message),
    onDidReceiveMessage: (listen) => listeners.push(listen),
    getRenderer: async () => ({ extendMarkdownIt: (extend) => extend({
      renderer: { rules: (window.rules = { fence: () => '<pre>other</pre>' }) },
      utils: { escapeHtml: (text) => text.replaceAll('<', '&lt;').replaceAll('"', '&quot;') },
    }) }),
  };
  const renderer = lesson.activate(context);
  window.render = async (output) => {
    const cell = document.body.appendChild(document.createElement('div'));
    await renderer.renderOutputItem({ id: String(Math.random()), json: () => output }, cell);
  };
  await question.activate(context);
  window.isReady = true;
`;

interface LessonWindow {
  readonly posted: readonly unknown[];
  readonly rules: { fence(tokens: readonly object[], index: number): string };
  readonly isReady?: boolean;
  say(message: unknown): void;
  render(output: unknown): Promise<void>;
}

describe('the renderers of lessons', function () {
  this.timeout(60_000);
  let browser: PageBrowser;
  let files: ReadonlyMap<string, string>;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    const stdin = { contents: script, resolveDir: process.cwd(), sourcefile: 'lesson.js' };
    const bundled = build({ stdin, bundle: true, format: 'esm', target: 'chrome134', write: false, outdir: '/' });
    const [launched, { outputFiles }] = await Promise.all([launchFor(origin), bundled]);
    browser = launched;
    files = new Map([
      ...outputFiles.map(({ path, text }) => [path.endsWith('.js') ? 'lesson.js' : 'lesson.css', text] as const),
      ['question.css', ''],
    ]);
  });

  after(() => browser.close());

  beforeEach(async () => {
    errors.length = 0;
    page = await browser.newPage({ width: 1000, height: 900 });
    const head = `<style>${themeStyle('vscode-dark')}</style>`;
    const html = `<!doctype html>${head}<body class="vscode-dark"><script type="module" src="lesson.js"></script>`;
    await openPage(page, { origin, html, files, errors });
    await page.waitForFunction(() => (window as unknown as LessonWindow).isReady);
  });

  afterEach(async () => {
    await page.close();
    assert.deepEqual(errors, []);
  });

  async function render(output: LessonOutput): Promise<void> {
    await page.evaluate((json) => (window as unknown as LessonWindow).render(json), packArrays(output));
  }

  async function showQuestion(question: Partial<ShownQuestion>): Promise<void> {
    await page.evaluate(() => {
      const { rules } = window as unknown as LessonWindow;
      document.body.innerHTML = rules.fence([{ info: 'question', content: 'id: a\nask: b\n' }], 0);
    });
    await say({
      type: 'question',
      id: 'a',
      question: { id: 'a', ask: 'b', answer: 'number', choices: [], answered: false, ...question },
    });
  }

  function say(message: ToQuestion): Promise<void> {
    return page.evaluate((each) => (window as unknown as LessonWindow).say(each), message);
  }

  it('draw curves in the tree of their own that each output has, and hear of what a slider asks for', async () => {
    const x = Float64Array.of(-5, 0, 5);
    const curve = { x, f: x, df: x };
    const slider = { parameter: 'alpha', range: [0, 1] } as const;
    const functions = [{ name: 'elu', curve, parameters: { alpha: 0.25 }, slider }];
    await render({ kind: 'plot', range: [-5, 5], derivative: true, functions });
    const drawn = () =>
      page.getByTestId('chart-plot').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        return data.some((value) => value !== 0);
      });
    for (let i = 0; i < 50 && !(await drawn()); i += 1) {
      await page.waitForTimeout(50);
    }
    assert.ok(await drawn());
    await page.locator('input[type=range]').fill('0.5');
    const posted = await page.evaluate(() => (window as unknown as LessonWindow).posted.at(-1));
    assert.deepEqual(posted, { type: 'curve', id: 1, name: 'elu', parameters: { alpha: 0.5 }, range: [-5, 5] });
  });

  it('show texts of a lesson as texts', async () => {
    const markup = '<img src=x onerror="document.title=1"> [a](command:b)';
    await render({ kind: 'failure', messages: [markup] });
    await render({ kind: 'compute', lines: [{ name: 'a', text: markup, steps: [], value: '1' }] });
    await render({
      kind: 'compare',
      runs: [{ name: markup, x: Float64Array.of(1), y: Float64Array.of(1), final: [] }],
      more: 0,
    });
    assert.equal(await page.locator('img, a').count(), 0);
    assert.equal(await page.getByTestId('failure').textContent(), markup);
    await showQuestion({ ask: markup, hint: markup, answer: 'choice', choices: [markup, 'b'] });
    assert.equal(await page.locator('img, a').count(), 0);
  });

  it('draw a question as a form, post its answer, and say how it was judged', async () => {
    await showQuestion({});
    await page.getByTestId('number').fill('1,5');
    await page.getByTestId('number').press('Enter');
    const posted = await page.evaluate(() => (window as unknown as LessonWindow).posted.at(-1));
    assert.deepEqual(posted, { type: 'answer', id: 'a', given: 1.5 });
    await say({ type: 'judged', id: 'a', judged: { right: false, message: 'The sign is turned around.' } });
    assert.equal(await page.getByTestId('verdict').textContent(), 'The sign is turned around.');
    await page.getByTestId('check').click();
    await say({ type: 'judged', id: 'a', judged: { right: true, explain: 'So it is.' } });
    assert.equal(await page.getByTestId('verdict').textContent(), 'Right.');
    assert.equal(await page.getByTestId('explain').textContent(), 'So it is.');
  });

  it('keep keys in a form from the notebook, and leave other blocks of code as they are', async () => {
    await showQuestion({});
    const [key, other] = await page.evaluate(() => {
      let heard = false;
      document.body.addEventListener('keydown', () => {
        heard = true;
      });
      const field = document.querySelector('nnspec-question')?.shadowRoot?.querySelector('input');
      field?.dispatchEvent(new KeyboardEvent('keydown', { key: 'd', bubbles: true, composed: true }));
      const { rules } = window as unknown as LessonWindow;
      return [heard, rules.fence([{ info: 'python', content: 'id: a' }], 0)];
    });
    assert.deepEqual([key, other], [false, '<pre>other</pre>']);
    const stripped = await page.evaluate(() => {
      const { rules } = window as unknown as LessonWindow;
      return rules.fence([{ info: 'question', content: 'id: a\nask: "Is 1 < 2?"\n' }], 0);
    });
    assert.equal(stripped, '<nnspec-question question="a">Is 1 &lt; 2?</nnspec-question>');
  });
});
