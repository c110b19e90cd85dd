/** The contestants of a workload. Each is a command that trains the workload once and prints its speed. */
import { join } from 'node:path';
import { root } from '../bare.mjs';
import { plainEnvironment } from './install.mjs';
import { libraries, reasonOf } from './libraries.mjs';

const tiny = ['xor', 'spiral', 'iris'];

/**
 * @typedef {{ label: string, library?: string, family: 'engine' | 'js' | 'torch' | 'torchByHand', group:
 *   string, wide?: boolean, threads?: number, command: (job: object) => string[], environment: object }}
 *   Contestant only the fastest of each `group` take part in the later rounds
 * @returns {{ contestants: Contestant[], missing: { name: string, reason: string }[] }}
 */
export function contestantsOf(workload, { nodes, torch, engine, isInstalled }) {
  const { name } = workload;
  const contestants = engine === 'none' ? [] : engineContestants(name, nodes, engine);
  const missing = [];
  for (const library of libraries) {
    const reason = isInstalled(library.package) ? reasonOf(library, name) : 'could not be installed';
    if (reason) {
      missing.push({ name: library.name, reason });
    } else {
      contestants.push(...libraryContestants(library, nodes));
    }
  }
  if (torch) {
    contestants.push(...torchContestants(workload, torch));
  } else {
    missing.push({ name: 'PyTorch', reason: 'was not found: no python3 can import torch' });
  }
  return { contestants, missing };
}

/**
 * The engine on each Node: a small network in one variant; a larger one with and without wide vectors, on one
 * and two threads.
 */
function engineContestants(name, nodes, engine) {
  const small = engine === 'reference' || tiny.includes(name);
  const contestants = [];
  for (const node of nodes) {
    for (const wide of small ? [undefined] : node.wide ? [true, false] : [false]) {
      for (const threads of small ? [1] : [1, 2]) {
        const kind = [engine, ...(wide ? ['wide SIMD'] : []), threadsOf(threads), node.label].join(', ');
        contestants.push({
          label: `NNSpec (${kind})`,
          family: 'engine',
          group: `engine ${wide} ${threads}`,
          wide,
          threads,
          command: (job) => [
            node.path,
            join(root, 'dist/bench/engine.cjs'),
            JSON.stringify({ ...job, kind: 'training', threads, wide }),
          ],
          environment: plainEnvironment(),
        });
      }
    }
  }
  return contestants;
}

function libraryContestants({ name, adapter, variant }, nodes) {
  return nodes.map((node) => {
    const script = join(root, 'dist/bench/peers', `${adapter}.mjs`);
    return {
      label: `${name} (${node.label})`,
      library: name,
      family: 'js',
      group: 'js',
      command: (job) => [node.path, script, JSON.stringify({ ...job, variant })],
      environment: plainEnvironment(),
    };
  });
}

/** PyTorch in each variant that may be the fastest. */
function torchContestants({ name, optimizer }, torch) {
  const modes = optimizer.name === 'sgd' ? ['eager', 'foreach', 'jit', 'manual'] : ['eager', 'foreach', 'jit'];
  const settings = tiny.includes(name)
    ? [{ threads: 1, wait: 'passive' }]
    : [
        { threads: 1, wait: 'passive' },
        { threads: 2, wait: 'active' },
        { threads: 2, wait: 'passive' },
      ];
  return torch.libraries.flatMap((blas) =>
    settings.flatMap(({ threads, wait }) =>
      modes.map((mode) => {
        const label = `PyTorch (${[mode, threadsOf(threads), ...(threads > 1 ? [wait] : []), blas.name].join(', ')})`;
        // Its speed without its own optimizer is informative, but nobody uses it that way.
        const family = mode === 'manual' ? 'torchByHand' : 'torch';
        return {
          label,
          family,
          group: family,
          command: (job) => [
            torch.path,
            join(root, 'scripts/bench/peers/pytorch.py'),
            JSON.stringify({ ...job, variant: `${mode} ${threads}` }),
          ],
          environment: plainEnvironment({
            PYTHONWARNINGS: 'ignore',
            OMP_NUM_THREADS: String(threads),
            OMP_WAIT_POLICY: wait,
            ...(blas.path && { LD_PRELOAD: blas.path }),
          }),
        };
      }),
    ),
  );
}

function threadsOf(count) {
  return count === 1 ? '1 thread' : `${count} threads`;
}
