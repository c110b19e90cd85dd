import { config } from '@vscode/l10n';
import * as vscode from 'vscode';

/** English sentences and their translation. */
export type MessageBundle = Readonly<Record<string, string>>;

let messages: MessageBundle | undefined;

/** The languages that the product speaks. */
export function language(): 'en' | 'ko' {
  return vscode.env.language.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

/** The bundle in use, to be handed to engine servers and webviews; undefined where English is spoken. */
export function messageBundle(): MessageBundle | undefined {
  return messages;
}

/** Makes `t` speak the editor's language. The bundle that the editor loads is there before activation. */
export async function configureMessages(extensionUri: vscode.Uri): Promise<void> {
  useMessages(vscode.l10n.bundle ?? (language() === 'ko' ? await readBundle(extensionUri) : undefined));
}

/** Makes `t` speak the language of a bundle; English without one. */
export function useMessages(bundle: MessageBundle | undefined): void {
  messages = bundle;
  if (messages) {
    config({ contents: { ...messages } });
  }
}

/** Hosts that know the language but load no bundle (an extension under development in some forks) read it here. */
async function readBundle(extensionUri: vscode.Uri): Promise<MessageBundle | undefined> {
  try {
    const uri = vscode.Uri.joinPath(extensionUri, 'dist', 'l10n', `bundle.l10n.${language()}.json`);
    return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  } catch {
    return undefined;
  }
}
