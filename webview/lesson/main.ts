/**
 * Renderer of the outputs of lessons. The notebook's page holds the outputs of all cells, and those of other
 * extensions, so each is in a shadow tree with style sheets of its own.
 */
import './lesson.css';
import { config } from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import { unpackArrays } from '../../src/common/jsonNumbers';
import type { LessonOutput, ToLesson } from '../../src/protocol/lesson';
import type { PanelBoot } from '../../src/protocol/panel';
import { saveChartsWith } from '../shared/charts/chartFiles';
import { h } from '../shared/dom';
import { passColours, readPalette, watchTheme } from '../shared/theme';
import { CompareOutput } from './compareOutput';
import { computeOutput } from './computeOutput';
import { GradientsOutput } from './gradientsOutput';
import { askForBoot, LessonHost, type RendererContext } from './host';
import type { Output } from './output';
import { PlotOutput } from './plotOutput';
import { RunOutput } from './runOutput';
import { RunPage } from './runPage';
import { TruthTablesOutput } from './truthTablesOutput';
import { WalkOutput } from './walkOutput';

interface OutputItem {
  readonly id: string;
  json(): unknown;
}

export function activate(context: RendererContext) {
  const host = new LessonHost(context);
  saveChartsWith((file) => host.post({ type: 'saveFile', ...file }));
  const outputs = new Map<string, Output>();
  const boot = booted(host);
  let palette = readPalette();
  watchTheme((changed) => {
    palette = changed;
    for (const output of outputs.values()) {
      passColours(output.element, palette);
      output.draw(palette);
    }
  });

  const forget = (id: string) => {
    outputs.get(id)?.dispose();
    outputs.delete(id);
  };
  return {
    async renderOutputItem(item: OutputItem, element: HTMLElement): Promise<void> {
      const { autoplay, language } = await boot;
      forget(item.id);
      const output = outputOf(unpackArrays(item.json()) as LessonOutput, host, autoplay ?? false);
      output.element.lang = language;
      passColours(output.element, palette);
      outputs.set(item.id, output);
      const tree = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
      const sheet = h('link', { rel: 'stylesheet', href: new URL('lesson.css', import.meta.url).href });
      const loaded = new Promise((done) => {
        sheet.addEventListener('load', done);
        sheet.addEventListener('error', done);
      });
      tree.replaceChildren(sheet, output.element);
      await loaded;
      output.draw(palette);
    },
    disposeOutputItem(id?: string): void {
      for (const each of id === undefined ? [...outputs.keys()] : [id]) {
        forget(each);
      }
    },
  };
}

/** The language and its texts, which modules must not ask for while they load. */
function booted(host: LessonHost): Promise<PanelBoot> {
  return new Promise((resolve) => {
    const end = host.listen((message: ToLesson) => {
      if (message.type === 'boot') {
        end();
        answered();
        if (message.boot.l10n) {
          config({ contents: { ...message.boot.l10n } as Record<string, string> });
        }
        resolve(message.boot);
      }
    });
    const { answered } = askForBoot(() => host.post({ type: 'boot' }));
  });
}

function outputOf(output: LessonOutput, host: LessonHost, autoplay: boolean): Output {
  switch (output.kind) {
    case 'run':
      return new RunPage(host, output.run, (page) => new RunOutput(page, autoplay));
    case 'walk':
      return new RunPage(host, output.run, (page) => new WalkOutput(page, output));
    case 'compare':
      return new CompareOutput(output);
    case 'gradients':
      return new GradientsOutput(output);
    case 'truthTables':
      return new TruthTablesOutput(output);
    case 'compute':
      return computeOutput(output);
    case 'plot':
      return new PlotOutput(output, host);
    case 'failure':
      return failed(output.messages);
    default:
      return assertNever(output);
  }
}

function failed(messages: readonly string[]): Output {
  const element = h(
    'div',
    { class: 'page lesson-output', role: 'alert', 'data-testid': 'failure' },
    ...messages.map((message) => h('p', { class: 'failure' }, message)),
  );
  return { element, draw: () => undefined, dispose: () => undefined };
}
