/** `nnspec train --baseline`: the linear model on the same data, to compare the network with. */
import { t } from '@vscode/l10n';
import type { Ended, Started } from '../protocol/engine';
import { linearModelOf } from '../spec/layers/linearModel';
import { engineHostOf } from './dataFiles';
import type { CliIo } from './io';
import type { TrainReport } from './report/report';

/** The values of the linear model, or why there are none. Undefined if it was interrupted. */
type LinearModel = { readonly final: Ended['final'] } | { readonly problem: string } | undefined;

/** Trains a network of one layer as a run was trained. */
export async function trainLinearModel(
  path: string,
  { spec, layers, engine }: Started,
  report: Pick<TrainReport, 'stage'>,
  io: CliIo,
): Promise<LinearModel> {
  // The language lets every network end in a list of numbers.
  const linear = linearModelOf(spec, layers[layers.length - 1].shape[0]);
  report.stage(t('Training the linear model…'));
  const { client, died, dispose } = io.startEngine(engineHostOf(path, io));
  let end: (found: LinearModel) => void = () => undefined;
  const found = new Promise<LinearModel>((resolve) => {
    end = resolve;
  });
  const interrupt = io.onInterrupt(() => end(undefined));
  try {
    void died?.then(({ message }) => end({ problem: message }));
    client.onEvent((event) => {
      if (event.type === 'ended') {
        const { divergence, final } = event.ended;
        end(divergence ? { problem: divergence.message } : { final });
      } else if (event.type === 'failed') {
        end({ problem: event.failure.message });
      } else if (event.type === 'refused') {
        end({ problem: event.problems[0].message });
      }
    });
    const backend = engine.backend === 'reference' ? 'reference' : 'wasm';
    const options = { spec: linear, specText: '', fileName: path, backend, threads: engine.threads } as const;
    const reply = await client.ask('start', { ...options, everyEpoch: false, paused: false });
    return 'err' in reply ? { problem: reply.err.message } : await found;
  } finally {
    interrupt.dispose();
    dispose();
  }
}
