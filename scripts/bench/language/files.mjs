/** Specs of given sizes for measuring the language service. */

/** A spec without errors of about `lines` lines: layers over several lines, with comments between them. */
export function longSpec(lines) {
  const layers = [];
  for (let index = 0; layers.length < lines - 24; index++) {
    layers.push(
      `    # Layer ${index + 1}`,
      '    - dense:',
      `        units: ${8 + (index % 8)}`,
      `        activation: ${['relu', 'tanh', '{ leaky_relu: 0.2 }', 'gelu'][index % 4]}`,
      '        kernel_initializer: he_uniform',
      `        name: layer_${index + 1}`,
    );
  }
  return specAround(['  source: { spiral: { samples: 500, classes: 3 } }'], layers);
}

/** A spec without errors, just below the limit of 256 kB. */
export function largestSpec() {
  return specOfRows(250_000);
}

/** A spec without errors of about `length` characters, nearly all of them in rows. */
export function specOfRows(length) {
  const rows = [];
  for (let index = 0, size = 0; size < length; index++) {
    const row = `    - [${index % 7}, ${(index % 11) / 4}, ${index % 3}, c${index % 3}]`;
    rows.push(row);
    size += row.length + 1;
  }
  const layers = ['    - dense: { units: 8, activation: relu }'];
  return specAround(['  columns: [a, b, c, y]', '  target: y', '  rows:', ...rows], layers);
}

function specAround(data, layers) {
  return `nnspec: 1
name: Measured
seed: 1

data:
${data.join('\n')}

model:
  layers:
${layers.join('\n')}
    - dense: { units: 3, activation: softmax }

training:
  loss: categorical_crossentropy
  optimizer: { adam: { learning_rate: 0.01 } }
  batch_size: 32
  epochs: 100
  early_stopping: { monitor: loss, patience: 10 }

expect:
  - accuracy >= 0.9
`;
}
