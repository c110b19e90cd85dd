import { config } from '@vscode/l10n';
import * as vscode from 'vscode';

/** English messages with their translations. */
export type MessageBundle = Readonly<Record<string, string>>;

let messages: MessageBundle | undefined;

/** The supported languages. */
export function language(): 'en' | 'ko' {
  return vscode.env.language.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

/** The active bundle, for engine servers and webviews; undefined for English. */
export function messageBundle(): MessageBundle | undefined {
  return messages;
}

/** Sets the language of `t` to the editor's. The editor has loaded its bundle before activation. */
export async function configureMessages(extensionUri: vscode.Uri): Promise<void> {
  useMessages(vscode.l10n.bundle ?? (language() === 'ko' ? await readBundle(extensionUri) : undefined));
}

/** Sets the language of `t` to that of a bundle; without one, to English. */
export function useMessages(bundle: MessageBundle | undefined): void {
  messages = bundle;
  if (messages) {
    config({ contents: { ...messages } });
  }
}

/** Loads the bundle if the host has not, like some forks for an extension in development. */
async function readBundle(extensionUri: vscode.Uri): Promise<MessageBundle | undefined> {
  try {
    const uri = vscode.Uri.joinPath(extensionUri, 'dist', 'l10n', `bundle.l10n.${language()}.json`);
    return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  } catch {
    return undefined;
  }
}
