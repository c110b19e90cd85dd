/** Which questions of which lesson were answered. */
import type * as vscode from 'vscode';
import { Emitter } from '../../common/emitter';
import type { Front } from '../../lessons/lesson';

const key = 'nnspec.lessons.answered';

type Kept = Readonly<Record<string, readonly string[]>>;

/** A lesson by its language and title: copies of it, saved or not, have the same progress. */
export function lessonId({ language, title }: Front, uri: vscode.Uri): string {
  return title === undefined ? uri.toString() : `${language ?? ''}/${title}`;
}

export class LessonProgress {
  readonly #state: vscode.Memento;
  readonly #changes = new Emitter<void>();
  readonly onChange = this.#changes.event;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /** Ids of the questions that were answered. */
  answered(lesson: string): ReadonlySet<string> {
    return new Set(this.#kept[lesson] ?? []);
  }

  async keep(lesson: string, question: string): Promise<void> {
    const answered = this.answered(lesson);
    if (!answered.has(question)) {
      await this.#write({ ...this.#kept, [lesson]: [...answered, question] });
    }
  }

  async reset(lesson: string): Promise<void> {
    const { [lesson]: _, ...others } = this.#kept;
    await this.#write(others);
  }

  get #kept(): Kept {
    return this.#state.get<Kept>(key, {});
  }

  async #write(kept: Kept): Promise<void> {
    await this.#state.update(key, kept);
    this.#changes.fire();
  }
}
