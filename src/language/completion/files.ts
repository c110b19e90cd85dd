/** Completion of data files, one folder at a time. */
import { folderDoc } from '../../spec/schema';
import { tableKind } from '../../spec/tableFiles';
import { writeScalar } from '../unfinished/scalars';
import { type CompletionItem, literal } from './item';
import type { CompletionRequest } from './request';

const hidden = /^(?:\.|node_modules$)/;

/** Folders, and tables unless a folder is wanted; hidden ones are omitted. */
export async function fileItems(request: CompletionRequest): Promise<CompletionItem[]> {
  const { place, host } = request;
  const cut = Math.max(place.prefix.lastIndexOf('/'), place.prefix.lastIndexOf('\\')) + 1;
  const folder = place.prefix.slice(0, cut);
  const entries = await host.list(folder);
  const wantsFolder = request.step.context.doc === folderDoc;
  // Only the last segment is replaced; the folders before it are complete.
  const span = [place.span[0] + cut, place.span[1]] as const;
  return entries
    .filter(({ name, folder: isFolder }) => !hidden.test(name) && (isFolder || (!wantsFolder && tableKind(name))))
    .sort((a, b) => Number(a.folder) - Number(b.folder) || (a.name < b.name ? -1 : 1))
    .map(({ name, folder: isFolder }, index) => {
      const segment = isFolder && !wantsFolder ? `${name}/` : name;
      const whole = folder + segment;
      const needsQuotes = !place.quoted && writeScalar(whole, { flow: place.flow }) !== whole;
      return {
        label: segment,
        kind: isFolder ? 'folder' : 'file',
        insertText: literal(needsQuotes ? JSON.stringify(whole) : segment),
        // The opening quote goes before the whole path.
        span: needsQuotes ? place.span : span,
        filterText: needsQuotes ? whole : segment,
        sortText: String(index).padStart(5, '0'),
        documented: isFolder ? {} : { file: whole },
        retrigger: isFolder && !wantsFolder && !needsQuotes,
      };
    });
}
