/**
 * Draws the questions of a lesson as forms. It extends the editor's renderer of Markdown, in whose cells the
 * questions are. The source of a question is not shown; its answer is judged by the host.
 */
import './question.css';
import { config, t } from '@vscode/l10n';
import type { FromQuestion, Judged, ShownQuestion, ToQuestion } from '../../src/protocol/lesson';
import { h, setHidden, setText } from '../shared/dom';
import { askForBoot, type RendererContext } from './host';
import { numberIn } from './numberIn';

interface Token {
  readonly info: string;
  readonly content: string;
}

type Fence = (tokens: readonly Token[], index: number, ...more: readonly unknown[]) => string;

interface MarkdownIt {
  readonly renderer: { readonly rules: { fence?: Fence } };
  readonly utils: { escapeHtml(text: string): string };
}

interface QuestionContext extends RendererContext {
  getRenderer(id: string): Promise<{ extendMarkdownIt(extend: (it: MarkdownIt) => void): void } | undefined>;
}

const tag = 'nnspec-question';
/** The forms on the page. */
const forms = new Set<QuestionForm>();
let post: (message: FromQuestion) => void = () => undefined;
let isBooted = false;
let booted: () => void = () => undefined;

export async function activate(context: QuestionContext): Promise<void> {
  const markdown = await context.getRenderer('vscode.markdown-it-renderer');
  post = (message) => context.postMessage?.(message);
  context.onDidReceiveMessage?.((message) => receive(message as ToQuestion));
  markdown?.extendMarkdownIt((it) => {
    const before = it.renderer.rules.fence;
    it.renderer.rules.fence = (tokens, index, ...more) => {
      const { info, content } = tokens[index];
      const id = /^id:[ \t]*['"]?([\p{L}\p{N}_-]+)/mu.exec(content)?.[1];
      return /^question(?:\s|$)/.test(info.trim()) && id
        ? // In Restricted Mode the editor takes the form away and leaves its text.
          `<${tag} question="${it.utils.escapeHtml(id)}">${it.utils.escapeHtml(askedIn(content))}</${tag}>`
        : (before?.(tokens, index, ...more) ?? '');
    };
  });
  customElements.define(tag, QuestionForm);
  keepEventsFromNotebook();
  booted = askForBoot(() => post({ type: 'boot' })).answered;
}

/** The first line of the question, as its source has it; a block of text begins on the line after `ask`. */
function askedIn(content: string): string {
  const lines = content.split('\n').map((line) => line.trim());
  const at = lines.findIndex((line) => line.startsWith('ask:'));
  const first = lines[at]?.slice('ask:'.length).trim() ?? '';
  const asked = /^[|>][-+]?$/.test(first) ? (lines[at + 1] ?? '') : first;
  const isQuoted = asked.length > 1 && /^["']/.test(asked) && asked.endsWith(asked[0]);
  return isQuoted ? asked.slice(1, -1) : asked;
}

function receive(message: ToQuestion): void {
  if (message.type === 'boot') {
    if (message.boot.l10n) {
      config({ contents: { ...message.boot.l10n } as Record<string, string> });
    }
    booted();
    if (isBooted) {
      return;
    }
    isBooted = true;
    for (const form of forms) {
      form.ask();
    }
    return;
  }
  for (const form of forms) {
    if (form.question === message.id) {
      if (message.type === 'question') {
        form.show(message.question);
      } else {
        form.showJudged(message.judged);
      }
    }
  }
}

class QuestionForm extends HTMLElement {
  readonly #root = this.attachShadow({ mode: 'open' });
  #shown: ShownQuestion | undefined;
  #given: (() => number) | undefined;
  readonly #verdict = h('p', { class: 'verdict', 'aria-live': 'polite', 'data-testid': 'verdict' });
  readonly #explain = h('p', { class: 'explain', 'data-testid': 'explain' });
  #check: HTMLButtonElement | undefined;

  get question(): string {
    return this.getAttribute('question') ?? '';
  }

  connectedCallback(): void {
    forms.add(this);
    this.ask();
  }

  disconnectedCallback(): void {
    forms.delete(this);
  }

  ask(): void {
    if (isBooted) {
      post({ type: 'question', id: this.question });
    }
  }

  show(question: ShownQuestion | undefined): void {
    this.#shown = question;
    const styles = h('link', { rel: 'stylesheet', href: new URL('question.css', import.meta.url).href });
    if (!question) {
      this.#root.replaceChildren(
        styles,
        h('p', { class: 'wrong' }, t('This question has an error. Problems tells which.')),
      );
      return;
    }
    const { ask, hint, answered, explain } = question;
    this.#check = h('button', { type: 'button', class: 'check', 'data-testid': 'check' }, t('Check'));
    this.#check.addEventListener('click', () => this.submit());
    setText(this.#verdict, answered ? t('Answered.') : '');
    this.#verdict.className = answered ? 'verdict right' : 'verdict';
    setText(this.#explain, explain ?? '');
    setHidden(this.#explain, explain === undefined);
    const help = hint && h('details', {}, h('summary', {}, t('Hint')), h('p', {}, hint));
    this.#root.replaceChildren(
      styles,
      h(
        'section',
        { class: 'question', 'aria-label': t('Question') },
        h('p', { class: 'ask' }, ask),
        this.#fields(question),
        h('div', { class: 'row' }, this.#check, this.#verdict),
        this.#explain,
        help,
      ),
    );
  }

  showJudged({ right, message, explain }: Judged): void {
    if (this.#check) {
      this.#check.disabled = false;
    }
    this.#verdict.className = right ? 'verdict right' : 'verdict wrong';
    setText(this.#verdict, right ? t('Right.') : (message ?? t('Not yet. Try again.')));
    setText(this.#explain, explain ?? '');
    setHidden(this.#explain, !explain);
  }

  submit(): void {
    const given = this.#given?.();
    if (given === undefined || !this.#shown) {
      return;
    }
    if (Number.isNaN(given)) {
      this.showJudged({ right: false, message: t('Answer first.') });
      return;
    }
    if (this.#check) {
      this.#check.disabled = true;
    }
    this.#verdict.className = 'verdict';
    setText(this.#verdict, this.#shown.cell === undefined ? '' : t('Looking at the run of “{0}”…', this.#shown.cell));
    post({ type: 'answer', id: this.question, given });
  }

  #fields({ answer, choices, expect, cell }: ShownQuestion): HTMLElement {
    switch (answer) {
      case 'choice': {
        const radios = choices.map((_, i) =>
          h('input', { type: 'radio', name: 'choice', value: i, 'data-testid': `choice-${i}` }),
        );
        this.#given = () => radios.findIndex(({ checked }) => checked);
        const given = this.#given;
        this.#given = () => (given() < 0 ? Number.NaN : given());
        return h(
          'div',
          { class: 'choices', role: 'radiogroup' },
          ...choices.map((choice, i) => h('label', {}, radios[i], choice)),
        );
      }
      case 'number': {
        const field = h('input', {
          type: 'text',
          inputmode: 'decimal',
          class: 'number',
          'aria-label': t('Your answer'),
          'data-testid': 'number',
        });
        this.#given = () => numberIn(field.value);
        return field;
      }
      case 'expect':
        this.#given = () => 0;
        return h(
          'p',
          { class: 'task' },
          t('Change the cell “{0}” until its run meets:', cell ?? ''),
          ' ',
          h('code', {}, expect),
        );
    }
  }
}

/**
 * The notebook takes keys, clicks and the focus in its Markdown as commands of its own. It must not hear of
 * those in a form.
 */
function keepEventsFromNotebook(): void {
  const kept = [
    'keydown',
    'keyup',
    'keypress',
    'mousedown',
    'mouseup',
    'dblclick',
    'focusin',
    'focusout',
    'pointerdown',
  ];
  for (const type of kept) {
    window.addEventListener(
      type,
      (event) => {
        const form = formOf(event);
        if (!form) {
          return;
        }
        event.stopImmediatePropagation();
        if (event instanceof KeyboardEvent && type === 'keydown' && event.key === 'Enter' && !event.isComposing) {
          const [target] = event.composedPath();
          if (target instanceof HTMLInputElement) {
            event.preventDefault();
            form.submit();
          }
        }
      },
      { capture: true },
    );
  }
  // A click must arrive at its button, and go no further than the form.
  document.addEventListener('click', (event) => formOf(event) && event.stopPropagation(), { capture: false });
}

function formOf(event: Event): QuestionForm | undefined {
  const path = event.composedPath();
  const form = path.find((each): each is QuestionForm => each instanceof QuestionForm);
  // Clicks beside the fields choose the cell, as in any other Markdown.
  return form && path[0] instanceof Element && path[0].closest('input, button, label, summary, a') ? form : undefined;
}
