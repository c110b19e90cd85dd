/** Completion of the paths of a sweep: every setting of the effective spec. */
import { parseSpec } from '../reading/parse';
import { stepOfPath } from '../schema/expected';
import { Settings } from '../sweep/paths';
import { entryOf, nodeAtPath, type TreeNode } from '../yaml/tree';
import { type CompletionItem, literal } from './item';
import type { CompletionRequest } from './request';

/** The settings that are swept most often come first. */
const order = ['seed', 'training', 'model', 'data', 'name'];
const mostItems = 2000;

/** None where the rest of the file has an error: its paths are not known. */
export function pathItems(request: CompletionRequest): CompletionItem[] {
  const { place, tree, text } = request;
  const settings = tree && settingsIn(tree, text);
  const map = tree && nodeAtPath(tree, ['sweep', 'values']);
  const isTaken = (path: string) => path !== place.word && map !== undefined && entryOf(map, path) !== undefined;
  const paths = settings ? pathsOf(settings).filter((path) => !isTaken(path)) : [];
  return paths.slice(0, mostItems).map((path, index) => {
    const { context } = stepOfPath(path);
    return {
      label: path,
      kind: 'key',
      insertText: literal(path) + (place.colon ? '' : ': [$1]'),
      sortText: String(index).padStart(4, '0'),
      span: place.span,
      retrigger: !place.colon,
      documented: context.parameter ? { parameter: context.parameter } : context.doc ? { doc: context.doc } : {},
    };
  });
}

function pathsOf(settings: Settings): string[] {
  const rank = (path: string) => order.indexOf(path.split('.', 1)[0]);
  return [...settings.paths].sort((a, b) => rank(a) - rank(b));
}

/** The settings of the file without its sweep, which is being written. */
function settingsIn(tree: TreeNode, text: string): Settings | undefined {
  const chapters = tree.kind === 'map' ? tree.entries : [];
  const index = chapters.findIndex(({ key }) => key === 'sweep');
  const start = chapters[index]?.keySpan[0] ?? text.length;
  const end = chapters[index + 1]?.keySpan[0] ?? text.length;
  const { spec } = parseSpec(text.slice(0, start) + text.slice(end), { fileName: '' });
  return spec && new Settings(spec);
}
