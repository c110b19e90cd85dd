/** The data of a run: inputs, classes, parts; its layers. */
import { t } from '@vscode/l10n';
import type { Started } from '../../../../src/protocol/engine';
import { h, setHidden } from '../../../shared/dom';
import { formatCount, formatShape } from '../../../shared/format';
import { facts, type Part, partName } from '../banner';
import type { Context } from '../view';

const namesShown = 40;
export const parts: readonly Part[] = ['train', 'validation', 'test'];

export class RunData {
  readonly #empty = h(
    'p',
    { class: 'empty-tab', 'data-testid': 'empty-data' },
    t('The data appear when they are read.'),
  );
  readonly #facts = h('section', { 'data-testid': 'data-facts' });
  readonly #layers = h('section', { 'data-testid': 'layers' });
  readonly element = h('div', {}, this.#empty, h('div', { class: 'grid data-grid' }, this.#facts, this.#layers));

  draw({ store, transport }: Context): void {
    const { started } = store.run;
    setHidden(this.#empty, started !== undefined);
    for (const section of [this.#facts, this.#layers]) {
      setHidden(section, !started);
    }
    if (!started) {
      return;
    }
    const key = `${store.training}/${started.seed}`;
    if (this.#facts.dataset.run !== key) {
      this.#facts.dataset.run = key;
      this.#facts.replaceChildren(...factsOf(started));
      this.#layers.replaceChildren(
        h('h2', {}, t('Layers')),
        layerTable(started, (line) => transport.post({ type: 'reveal', line })),
      );
    }
  }
}

function factsOf(started: Started): Node[] {
  const { data } = started.spec;
  const origin =
    'path' in data.origin
      ? data.origin.path
      : data.origin.kind === 'source'
        ? data.origin.source.name
        : t('rows in the file');
  const present = parts.filter((part) => started.samples[part] > 0);
  const total = present.reduce((sum, part) => sum + started.samples[part], 0);
  const kinds = {
    classes: t('one of {0} classes', formatCount(started.facts.targetSize)),
    binary: t('yes or no'),
    numbers: t('a number'),
  };
  return [
    h('h2', {}, t('Data')),
    facts([
      [t('from'), origin],
      [t('samples'), formatCount(total)],
      ...present.map((part): [string, string] => [partName(part), formatCount(started.samples[part])]),
      [t('batch size'), formatCount(started.spec.training.batchSize)],
      [t('batches of an epoch'), formatCount(started.batches)],
      [t('scaling'), data.scale],
      [t('target'), kinds[started.targetKind]],
    ]),
    h('h3', {}, t('Inputs: {0}', formatCount(started.facts.inputSize))),
    nameList(started.inputNames, started.facts.inputSize),
    ...(started.classNames
      ? [
          h('h3', {}, t('Classes: {0}', started.classNames.length)),
          nameList(started.classNames, started.classNames.length),
        ]
      : []),
  ];
}

/** `count` is the number of all names, of which `names` may hold only the first. */
function nameList(names: readonly string[], count: number): HTMLElement {
  const more = count - Math.min(names.length, namesShown);
  return h(
    'ul',
    { class: 'names' },
    ...names.slice(0, namesShown).map((name) => h('li', {}, name)),
    more > 0 && h('li', { class: 'muted' }, t('{0} more', formatCount(more))),
  );
}

function layerTable(started: Started, reveal: (line: number) => void): HTMLElement {
  const rows = started.layers.map((layer) => {
    const name = layer.line === undefined ? layer.name : h('button', { type: 'button', class: 'link' }, layer.name);
    if (typeof name !== 'string') {
      name.addEventListener('click', () => reveal(layer.line ?? 0));
    }
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      h('td', { class: 'text' }, layer.type),
      h('td', { class: 'text' }, layer.activation?.name ?? ''),
      h('td', {}, formatShape(layer.shape)),
      h('td', {}, formatCount(layer.parameters)),
    );
  });
  const columns = [t('layer'), t('type'), t('activation'), t('output'), t('parameters')];
  const table = h(
    'table',
    { class: 'data-table' },
    h(
      'thead',
      {},
      h('tr', {}, ...columns.map((column, i) => h('th', { scope: 'col', class: i < 3 ? 'text' : undefined }, column))),
    ),
    h('tbody', {}, ...rows),
    h(
      'tfoot',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'row', colspan: 4 }, t('all parameters')),
        h('td', {}, formatCount(started.parameters)),
      ),
    ),
  );
  return h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('Layers') }, table);
}
