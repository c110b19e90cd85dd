/**
 * The libraries that are compared with the engine: their packages, their adapters, and the workloads they can
 * train.
 */

const tiny = ['xor', 'spiral', 'iris'];
const dense = [...tiny, 'mnist', 'wide'];
const all = [...dense, 'lenet'];

const noConvolution = 'has no convolution';
const singleNeurons = 'is built of single neurons and too slow for layers of this size';

/** `cannot` says why a library does not train the other workloads. `variant` is passed to its adapter. */
export const libraries = [
  {
    name: 'brain.js 2',
    package: 'brain2',
    spec: 'npm:brain.js@2.0.0-beta.24',
    adapter: 'brain',
    variant: '2',
    workloads: dense,
    cannot: noConvolution,
  },
  {
    name: 'brain.js 1',
    package: 'brain1',
    spec: 'npm:brain.js@1.6.1',
    adapter: 'brain',
    variant: '1',
    workloads: dense,
    cannot: noConvolution,
  },
  { name: 'synaptic', package: 'synaptic', spec: '1.1.4', adapter: 'synaptic', workloads: tiny, cannot: singleNeurons },
  {
    name: 'neataptic',
    package: 'neataptic',
    spec: '1.4.7',
    adapter: 'neataptic',
    workloads: tiny,
    cannot: singleNeurons,
  },
  { name: 'ConvNetJS', package: 'convnetjs', spec: '0.3.0', adapter: 'convnetjs', workloads: all },
  {
    name: 'TensorFlow.js cpu',
    package: '@tensorflow/tfjs',
    spec: '4.22.0',
    adapter: 'tfjs',
    variant: 'cpu',
    workloads: all,
  },
  {
    name: 'TensorFlow.js wasm',
    package: '@tensorflow/tfjs-backend-wasm',
    spec: '4.22.0',
    adapter: 'tfjs',
    variant: 'wasm',
    workloads: dense,
    cannot: 'cannot take the gradient of a convolution on this backend',
  },
  { name: 'jax-js', package: '@jax-js/jax', spec: '0.1.25', adapter: 'jax', workloads: all },
  { name: 'toygrad', package: 'toygrad', spec: '2.6.0', adapter: 'toygrad', workloads: all },
  {
    name: 'js-pytorch',
    package: 'js-pytorch',
    spec: '0.7.2',
    adapter: 'jsPytorch',
    workloads: ['iris', 'mnist', 'wide'],
    cannot: { xor: 'has no tanh', spiral: 'has no tanh', lenet: noConvolution },
  },
];

/** The CSV parsers that are compared with the engine. */
export const csvParsers = { papaparse: '5.7.1', 'csv-parse': '7.0.3', udsv: '0.7.3' };

/** A newer Node than the scripts need. In newer editors the engine runs on its V8. */
export const newerNode = { version: '24.21.0', package: 'node-newer' };

/** Why a library does not train a workload; undefined if it does. */
export function reasonOf(library, workload) {
  if (library.workloads.includes(workload)) {
    return undefined;
  }
  return typeof library.cannot === 'string' ? library.cannot : library.cannot?.[workload];
}

/**
 * The manifest of the folder that the libraries are installed in. All are optional for npm: one that cannot
 * be installed must not stop the others.
 * @returns {{ optionalDependencies: Record<string, string> }}
 */
export function manifest(platform, architecture) {
  const os = platform === 'win32' ? 'win' : platform;
  const packages = { ...csvParsers, [newerNode.package]: `npm:node-${os}-${architecture}@${newerNode.version}` };
  for (const library of libraries) {
    packages[library.package] = library.spec;
  }
  return { private: true, description: 'Libraries to measure against.', optionalDependencies: packages };
}
