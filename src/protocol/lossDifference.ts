import { errorOfDifference } from '../common/chance';
import { heldOutPart } from '../common/linearVerdict';
import type { Ended, EngineRequests, Reply } from './engine';

type LossAsker = {
  ask(
    name: 'rowLosses',
    params: EngineRequests['rowLosses']['params'],
  ): Promise<Reply<EngineRequests['rowLosses']['result']>>;
};

/**
 * The standard error of the difference between two networks on the part that `final` holds out. Undefined
 * where there is none, or where the losses of its rows are not known.
 */
export async function lossDifference(
  final: Ended['final'],
  network: LossAsker,
  linear: LossAsker,
): Promise<number | undefined> {
  const part = heldOutPart(final);
  if (part === undefined) {
    return undefined;
  }
  const [own, other] = await Promise.all([network, linear].map((each) => each.ask('rowLosses', { part })));
  return 'ok' in own && 'ok' in other && own.ok && other.ok ? errorOfDifference(own.ok, other.ok) : undefined;
}
