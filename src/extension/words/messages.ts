/**
 * Notifications, dialogues, progress, choices and the status bar. Whatever they say may quote a file, so that
 * each text is made inert here, and nowhere else are these functions of the editor called.
 */
import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { messageOf } from '../../common/messageOf';
import { inert } from './inert';

/** Resolves with the button that the person has pressed. */
type Say = (message: string, ...buttons: readonly string[]) => Promise<string | undefined>;

export const showInformation: Say = async (message, ...buttons) =>
  vscode.window.showInformationMessage(inert(message), ...buttons);

export const showWarning: Say = async (message, ...buttons) =>
  vscode.window.showWarningMessage(inert(message), ...buttons);

export const showError: Say = async (message, ...buttons) => vscode.window.showErrorMessage(inert(message), ...buttons);

/** Asks in a dialogue, with the lines of `detail` below the question; true if the person agrees. */
export async function confirm(question: string, yes: string, detail: readonly string[] = []): Promise<boolean> {
  const options = { modal: true, detail: detail.map(inert).join('\n') };
  return (await vscode.window.showWarningMessage(inert(question), options, yes)) === yes;
}

/** Shows in the status bar for five seconds that something was done. */
export function showDone(message: string): void {
  vscode.window.setStatusBarMessage(inert(message), 5000);
}

/** An error for the editor, which shows its message in a notification. */
export function errorToShow(error: unknown): Error {
  return new Error(inert(messageOf(error)), { cause: error });
}

type Report = (increment: number, message: string) => void;

/** Shows a notification with a Cancel button while the work lasts. */
export async function withProgress<T>(
  title: string,
  work: (token: vscode.CancellationToken, report: Report) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title: inert(title), cancellable: true };
  return vscode.window.withProgress(options, (progress, token) =>
    work(token, (increment, message) => progress.report({ increment, message: inert(message) })),
  );
}

/** A choice of a list; its icon is the name of one of the editor's. */
export interface Choice<T> {
  readonly icon?: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
  /** True for the first choice below a line. It is shown whatever the person types. */
  readonly apart?: boolean;
}

/** Lets the person choose from a list. */
export async function choose<T>(choices: readonly Choice<T>[], placeHolder: string): Promise<T | undefined> {
  const items = choices.flatMap(({ icon, label, description, detail, value, apart }) => {
    const item = {
      label: withIcon(icon, label),
      ...(description ? { description: inert(description) } : {}),
      ...(detail ? { detail: inert(detail) } : {}),
      ...(apart ? { alwaysShow: true } : {}),
      chosen: { value },
    };
    const line = { label: '', kind: vscode.QuickPickItemKind.Separator, chosen: undefined };
    return apart ? [line, item] : [item];
  });
  const options = { placeHolder: inert(placeHolder), matchOnDescription: true, matchOnDetail: true };
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { chosen?: { value: T } }>(items, options);
  return picked?.chosen?.value;
}

/** Lets the person choose any number from a list; undefined if the person leaves it. */
export async function chooseMany<T>(
  choices: readonly (Pick<Choice<T>, 'label' | 'description' | 'value'> & { readonly picked: boolean })[],
  placeHolder: string,
): Promise<readonly T[] | undefined> {
  const items = choices.map(({ label, description = '', value, picked }) => ({
    label: inert(label),
    description: inert(description),
    picked,
    value,
  }));
  const options = { placeHolder: inert(placeHolder), matchOnDescription: true, canPickMany: true as const };
  return (await vscode.window.showQuickPick(items, options))?.map(({ value }) => value);
}

/** Asks for a line of text; undefined if the person leaves it. */
export async function askText(title: string, prompt: string, value: string): Promise<string | undefined> {
  return vscode.window.showInputBox({ title: inert(title), prompt: inert(prompt), value });
}

/** A text behind an icon of the editor; `icon` is not from a file. */
export function withIcon(icon: string | undefined, text: string, space = ' '): string {
  return icon === undefined ? inert(text) : `$(${icon})${space}${inert(text)}`;
}

/** An item of the status bar. */
export class StatusItem implements Disposable {
  readonly #item: vscode.StatusBarItem;
  #tooltip = '';

  constructor(id: string, name: string) {
    this.#item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, 50);
    this.#item.name = name;
  }

  get text(): string {
    return this.#item.text;
  }

  show(icon: string, text: string, tooltip: vscode.MarkdownString, command: vscode.Command): void {
    this.#item.text = withIcon(icon, text);
    // Links of a tooltip that is open lead nowhere once another one has been set.
    if (tooltip.value !== this.#tooltip) {
      this.#tooltip = tooltip.value;
      this.#item.tooltip = tooltip;
    }
    this.#item.command = command;
    this.#item.show();
  }

  hide(): void {
    this.#item.hide();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
