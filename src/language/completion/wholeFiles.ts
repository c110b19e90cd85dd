/** Completion of whole files in an empty file. */
import { t } from '@vscode/l10n';
import { layerKinds } from '../../spec/layers';
import { previewOf } from './forms';
import { type CompletionItem, stop } from './item';
import type { CompletionRequest } from './request';

interface Start {
  readonly label: string;
  readonly words: string;
  readonly detail: string;
  readonly text: string;
}

export function startItems({ place }: CompletionRequest): CompletionItem[] {
  if (place.column > 0 || place.quoted || place.flow) {
    return [];
  }
  return starts().map(({ label, words, detail, text }, index) => ({
    label,
    kind: 'file-form',
    insertText: text,
    filterText: words,
    sortText: `0${index}`,
    span: place.span,
    documented: { text: detail, yaml: previewOf(text) },
  }));
}

/** The smallest experiment of each kind, with a tab stop for each value that people change. */
function starts(): Start[] {
  return [
    {
      label: t('network that learns XOR'),
      words: 'nnspec xor network',
      detail: t('Two layers and four rows: the smallest network that learns something.'),
      text: whole({
        data: `source: ${stop(1, 'xor')}`,
        layers: [dense(stop(2, 4), 'tanh'), dense(1, 'sigmoid')],
        training: ['loss: binary_crossentropy', adam(0.1), `epochs: ${stop(3, 200)}`],
      }),
    },
    {
      label: t('classifier of a CSV file'),
      words: 'nnspec classifier csv',
      detail: t('Classes from the columns of a file.'),
      text: whole({
        data: `file: ${stop(1, 'data.csv')}\n  target: ${stop(2, 'class')}\n  stratify: true\n  scale: standard`,
        layers: [dense(stop(3, 16), 'relu'), dense(stop(4, 3), 'softmax')],
        training: ['loss: categorical_crossentropy', adam(0.01), `epochs: ${stop(5, 100)}`],
      }),
    },
    {
      label: t('regression of a CSV file'),
      words: 'nnspec regression csv',
      detail: t('A number from the columns of a file.'),
      text: whole({
        data: `file: ${stop(1, 'data.csv')}\n  target: ${stop(2, 'y')}\n  scale: standard`,
        layers: [dense(stop(3, 16), 'relu'), 'dense: 1'],
        training: ['loss: mean_squared_error', adam(0.01), `epochs: ${stop(4, 200)}`],
      }),
    },
    {
      label: t('convolutional network for pictures'),
      words: 'nnspec convolution pictures digits',
      detail: t('Handwritten digits through convolution and pooling.'),
      text: whole({
        data: `source: digits\n  shape: [1, 8, 8]\n  scale: minmax`,
        layers: [
          `conv2d: { filters: ${stop(1, 8)}, kernel_size: 3, padding: same, activation: relu \\}`,
          'max_pooling2d: 2',
          layerKinds.flatten.name,
          dense(10, 'softmax'),
        ],
        training: ['loss: categorical_crossentropy', adam(0.01), `epochs: ${stop(2, 20)}`],
      }),
    },
  ];
}

function dense(units: string | number, activation: string): string {
  return `dense: { units: ${units}, activation: ${activation} \\}`;
}

function adam(rate: number): string {
  return `optimizer: { adam: { learning_rate: ${rate} \\} \\}`;
}

function whole(chapters: {
  readonly data: string;
  readonly layers: readonly string[];
  readonly training: readonly string[];
}): string {
  const layers = chapters.layers.map((layer) => `    - ${layer}\n`).join('');
  const training = chapters.training.map((line) => `  ${line}\n`).join('');
  return `data:\n  ${chapters.data}\n\nmodel:\n  layers:\n${layers}\ntraining:\n${training}`;
}
