/** Layers that belong to the language, but not to this version. */
import type { CatalogueEntry } from '../catalogue/types';
import { count } from './parameters';

const units = count('units', { primary: true, libraries: ['out_features', 'units'] });

export const plannedLayers: readonly CatalogueEntry[] = [
  {
    ...planned('embedding'),
    formula: 'W[i]',
    pytorch: 'torch.nn.Embedding(num_embeddings, embedding_dim)',
    keras: 'keras.layers.Embedding(input_dim, output_dim)',
  },
  {
    ...planned('simple_rnn', ['rnn']),
    parameters: [units],
    formula: 'h ← tanh(W·x+U·h+b)',
    pytorch: 'torch.nn.RNN(input_size, units)',
    keras: 'keras.layers.SimpleRNN(units)',
  },
  {
    ...planned('lstm'),
    parameters: [units],
    formula: 'c ← f·c+i·g; h ← o·tanh(c)',
    pytorch: 'torch.nn.LSTM(input_size, units)',
    keras: 'keras.layers.LSTM(units)',
  },
  {
    ...planned('gru'),
    parameters: [units],
    formula: 'h ← (1-z)·n+z·h',
    pytorch: 'torch.nn.GRU(input_size, units)',
    keras: 'keras.layers.GRU(units)',
  },
];

function planned(name: string, aliases: readonly string[] = []) {
  return { kind: 'layer', name, aliases, parameters: [], unsupported: true } as const;
}
