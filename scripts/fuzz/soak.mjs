/**
 * Works in the real editor for a while: starts, pauses, steps, stops, edits and reloads, in an order that a
 * seed gives. Each deed must show its effect in the panel within a minute. The memory of the extension host
 * and of the engines is sampled after every deed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, runScript } from '../bare.mjs';
import { processesBelow } from '../processes.mjs';
import { runCommand, startEditor } from '../session.mjs';

const patience = 60_000;
const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** @returns {Promise<boolean>} whether nothing was found */
export async function soak(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '60' },
    },
  });
  await runScript('build.mjs', ['--production', '--quiet']);
  const editor = await startEditor({ say: console.log });
  try {
    const window = await editor.openWindow({ folder: join(root, 'examples'), file: 'xor.nnspec' });
    await window.page.waitForSelector('.codelens-decoration', { timeout: patience });
    return await new Soak(window, Number(values.seed), Number(values.minutes)).run();
  } finally {
    await editor.close();
  }
}

class Soak {
  #window;
  #draws;
  #seed;
  #minutes;
  #counts = {};
  #hosts = [];
  #engines = [];
  #finds = 0;

  constructor(window, seed, minutes) {
    this.#window = window;
    this.#seed = seed;
    this.#draws = seed;
    this.#minutes = minutes;
  }

  async run() {
    const deeds = ['start', 'start', 'pause', 'step', 'stop', 'stop', 'edit', 'edit', 'reload'];
    const end = Date.now() + this.#minutes * 60_000;
    await this.#do('start');
    while (Date.now() < end && !this.#window.page.isClosed()) {
      await this.#do(deeds[this.#below(deeds.length)]);
    }
    await this.#do('stop');
    await this.#leave();
    this.#report();
    return this.#finds === 0;
  }

  /** Numerical Recipes' linear congruential generator: the deeds need no better one. */
  #below(bound) {
    this.#draws = (Math.imul(this.#draws, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#draws / 2 ** 32) * bound);
  }

  async #do(deed) {
    this.#counts[deed] = (this.#counts[deed] ?? 0) + 1;
    try {
      await this[deed]();
    } catch (error) {
      const number = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
      this.#found(`deed ${number}, ${deed}, showed no effect: ${error.message.split('\n')[0]}`);
      console.log(`    ${(await this.#shown()).join('\n    ')}`);
    }
    const { pid } = this.#window.workbench;
    const sum = (word) => processesBelow(pid, word).reduce((bytes, each) => bytes + each.bytes, 0);
    this.#hosts.push(sum('type=extensionHost'));
    this.#engines.push(sum('engineChild.js'));
  }

  #found(sentence) {
    this.#finds++;
    console.log(`  find: ${sentence}`);
  }

  async #panel() {
    const end = Date.now() + patience;
    while (Date.now() < end) {
      for (const frame of this.#window.page.frames()) {
        if (await frame.$('[data-testid="stop"]').catch(() => null)) {
          return frame;
        }
      }
      await this.#window.page.waitForTimeout(100);
    }
    throw new Error('no panel is shown');
  }

  /** Each panel's state, and its buttons by name. */
  async #shown() {
    const words = () => {
      const state = document.querySelector('[data-testid="state"]');
      const buttons = ['pause', 'stop', 'stop-yes'].map((id) => document.querySelector(`[data-testid="${id}"]`));
      const names = buttons.map((button) => {
        const name = button?.getAttribute('aria-label') ?? button?.textContent;
        return `${name}${button?.disabled ? ', disabled' : ''}${button?.offsetParent ? '' : ', hidden'}`;
      });
      return state && `${state.textContent}: ${names.join('; ')}`;
    };
    const panels = await Promise.all(
      this.#window.page.frames().map((frame) => frame.evaluate(words).catch(() => null)),
    );
    return panels.filter((panel) => panel !== null);
  }

  /** Clicks a button of the panel, if it is enabled, and waits until `effect` holds in the page. */
  async #click(name, effect, value) {
    const panel = await this.#panel();
    const button = await panel.$(`[data-testid="${name}"]:not([disabled])`);
    if (button) {
      // Playwright's click would wait for a button that the end of the run has just disabled.
      await button.evaluate((element) => element.click());
      await panel.waitForFunction(effect, value, { timeout: patience });
    }
  }

  async start() {
    await runCommand(this.#window.page, 'NNSpec: Train Network');
    const panel = await this.#panel();
    await panel.waitForFunction(() => (window.nnspecPanel?.series('loss').y.length ?? 0) > 0, undefined, {
      timeout: patience,
    });
  }

  /** Pauses a run, or lets it go on. */
  async pause() {
    const panel = await this.#panel();
    const before = await panel.getAttribute('[data-testid="pause"]', 'aria-label');
    const effect = (label) => {
      const button = document.querySelector('[data-testid="pause"]');
      return button?.hasAttribute('disabled') || button?.getAttribute('aria-label') !== label;
    };
    await this.#click('pause', effect, before);
  }

  async step() {
    const effect = () => {
      const button = document.querySelector('[data-testid="pause"]');
      return button?.hasAttribute('disabled') || button?.getAttribute('aria-label') === 'Resume';
    };
    await this.#click('step', effect);
  }

  /** Stops a run, and says yes if the panel asks whether it should. */
  async stop() {
    await this.#click('stop', () => {
      const yes = document.querySelector('[data-testid="stop-yes"]');
      const button = document.querySelector('[data-testid="stop"]:not([disabled])');
      // A hidden element has no parent for its offset. A second yes would end the engine.
      if (yes?.offsetParent) {
        yes.click();
      } else if (button?.getAttribute('aria-label') === 'Stop') {
        // The question goes with the run that it was asked about, if another run replaces it.
        button.click();
      }
      return button === null;
    });
  }

  /** Other numbers of units and epochs, written by another program, as it happens. */
  async edit() {
    const file = join(this.#window.folder, 'xor.nnspec');
    const epochs = 1000 + this.#below(10 ** this.#below(7));
    writeFileSync(file, readFileSync(file, 'utf8').replace(/epochs: \d+/, `epochs: ${epochs}`));
    await this.#window.page.waitForTimeout(500);
  }

  async reload() {
    await this.#window.page.goto(this.#window.url, { timeout: patience });
    await this.#window.page.waitForSelector('.codelens-decoration', { timeout: patience });
    await this.start();
  }

  /** After the window is closed, no engine and no extension host may be left. */
  async #leave() {
    const { page, workbench } = this.#window;
    await page.close();
    const left = () => ['type=extensionHost', 'engineChild.js'].flatMap((word) => processesBelow(workbench.pid, word));
    const end = Date.now() + patience;
    while (left().length > 0 && Date.now() < end) {
      await new Promise((done) => setTimeout(done, 200));
    }
    if (left().length > 0) {
      this.#found(`${left().length} processes are left a minute after the window was closed`);
    }
  }

  #report() {
    const part = Math.max(1, Math.floor(this.#hosts.length / 5));
    const levels = (samples) =>
      `${megabytes(median(samples.slice(0, part)))} → ${megabytes(median(samples.slice(-part)))} MB` +
      `, at most ${megabytes(Math.max(...samples))} MB`;
    const deeds = Object.entries(this.#counts).map(([name, count]) => `${count} ${name}`);
    console.log('| seed | minutes | deeds | extension host | engines | finds |\n| --- | --- | --- | --- | --- | --- |');
    console.log(
      `| ${this.#seed} | ${this.#minutes} | ${deeds.join(', ')} | ${levels(this.#hosts)} | ${levels(this.#engines)} | ${this.#finds} |`,
    );
  }
}
