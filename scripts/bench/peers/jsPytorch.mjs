/** js-pytorch: autograd over nested arrays; Adam is its only optimizer. Uses its own initial weights. */
import { torch } from 'js-pytorch';
import { randomFrom } from '../data.mjs';
import { measureHere } from '../protocol.mjs';
import { classOf, rowsOf, seedRandom } from './rows.mjs';

const { nn, optim } = torch;

await measureHere(async ({ workload, inputs, targets, inputSize, outputs }) => {
  const { batch, layers, optimizer } = workload;
  class Network extends nn.Module {
    constructor() {
      super();
      let size = inputSize;
      layers.forEach(({ units }, i) => {
        this[`dense${i}`] = new nn.Linear(size, units);
        size = units;
      });
      this.relu = new nn.ReLU();
    }
    forward(x) {
      layers.forEach(({ activation }, i) => {
        x = this[`dense${i}`].forward(x);
        if (activation === 'relu') {
          x = this.relu.forward(x);
        }
      });
      return x;
    }
  }
  return (rows) => {
    seedRandom(randomFrom(7));
    const network = new Network();
    const loss = new nn.CrossEntropyLoss();
    const adam = new optim.Adam(network.parameters(), optimizer.rate, 0);
    const samples = rowsOf(inputs, inputSize, rows);
    const classes = rowsOf(targets, outputs, rows).map(classOf);
    const batches = [];
    for (let from = 0; from < rows; from += batch) {
      batches.push([torch.tensor(samples.slice(from, from + batch)), torch.tensor(classes.slice(from, from + batch))]);
    }
    return {
      train(epochs) {
        for (let epoch = 0; epoch < epochs; epoch++) {
          for (const [x, y] of batches) {
            loss.forward(network.forward(x), y).backward();
            adam.step();
            adam.zero_grad();
          }
        }
      },
      predict: () => batches.flatMap(([x]) => network.forward(x).data.flatMap(softmax)),
    };
  };
});

function softmax(logits) {
  const largest = Math.max(...logits);
  const parts = logits.map((z) => Math.exp(z - largest));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / sum);
}
