/** `nnspec train --baseline`: the linear model on the same data, to compare the network with. */
import { extname } from 'node:path';
import { t } from '@vscode/l10n';
import type { FoldScore } from '../common/foldScores';
import { effectiveSpecText } from '../language';
import type { Ended, Reply, Started } from '../protocol/engine';
import type { EngineClient } from '../protocol/engineClient';
import { lossDifference } from '../protocol/lossDifference';
import type { LinearScores } from '../protocol/runEvents';
import { linearModelOf } from '../spec/layers/linearModel';
import { engineHostOf } from './dataFiles';
import type { CliIo } from './io';
import type { TrainReport } from './report/report';

export interface LinearModel extends LinearScores {
  readonly weights: Reply<Uint8Array>;
}

/** Where its weights are saved: `model.linear.safetensors` beside `model.safetensors`. */
export function linearWeightsPath(weights: string): string {
  const ext = extname(weights);
  return `${weights.slice(0, weights.length - ext.length)}.linear${ext}`;
}

/**
 * Trains a network of one layer as a run was trained; `inFolds` says whether the run was cross-validated,
 * `network` is the engine of its network.
 * Returns why there is none, or undefined if it was interrupted.
 */
export async function trainLinearModel(
  path: string,
  { spec, layers, engine }: Started,
  inFolds: boolean,
  report: Pick<TrainReport, 'stage'>,
  io: CliIo,
  network: EngineClient,
): Promise<LinearModel | { readonly problem: string } | undefined> {
  // The language lets every network end in a list of numbers.
  const linear = linearModelOf(spec, layers[layers.length - 1].shape[0], inFolds);
  report.stage(t('Training the linear model…'));
  const { client, died, dispose } = io.startEngine(engineHostOf(path, io));
  type Found = { readonly final: Ended['final'] } | { readonly problem: string } | undefined;
  let end: (found: Found) => void = () => undefined;
  const found = new Promise<Found>((resolve) => {
    end = resolve;
  });
  const interrupt = io.onInterrupt(() => end(undefined));
  const folds: FoldScore[] = [];
  try {
    void died?.then(({ message }) => end({ problem: message }));
    client.onEvent((event) => {
      if (event.type === 'fold') {
        folds.push(event.score);
      } else if (event.type === 'ended') {
        const { divergence, final } = event.ended;
        end(divergence ? { problem: divergence.message } : { final });
      } else if (event.type === 'failed') {
        end({ problem: event.failure.message });
      } else if (event.type === 'refused') {
        end({ problem: event.problems[0].message });
      }
    });
    const backend = engine.backend === 'reference' ? 'reference' : 'wasm';
    const reply = await client.ask('start', {
      spec: linear,
      specText: effectiveSpecText(linear),
      fileName: path,
      backend,
      threads: engine.threads,
      everyEpoch: false,
      paused: false,
    });
    const result = 'err' in reply ? { problem: reply.err.message } : await found;
    if (!result || 'problem' in result) {
      return result;
    }
    const error = await lossDifference(result.final, network, client);
    return { ...result, folds, weights: await client.ask('saveWeights', null), ...(error !== undefined && { error }) };
  } finally {
    interrupt.dispose();
    dispose();
  }
}
