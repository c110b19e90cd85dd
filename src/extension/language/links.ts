import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { linksOf } from '../../language';
import { locateDataFile } from '../files/locate';
import { toRange } from './convert';
import { wordsOf } from './parses';

/**
 * Links to the data files that a spec names, on any file system. A path that is not permitted is not linked.
 */
export async function provideLinks(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
  return linksOf(await wordsOf(document)).flatMap(({ range, path }) => {
    try {
      const link = new vscode.DocumentLink(toRange(range), locateDataFile(document.uri, path));
      link.tooltip = t('Open the data file');
      return [link];
    } catch {
      return [];
    }
  });
}
