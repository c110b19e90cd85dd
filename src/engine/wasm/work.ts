import { sizeOf } from '../shape';
import type { WasmLayer } from './layer';

/** Products of a layer for one sample: what each weight takes part in, as often as the layer has places. */
export function workOfLayer({ z, tensors }: WasmLayer): number {
  const zSize = z?.size ?? 0;
  return tensors.reduce((sum, { plan }) => {
    const [outputs, ...rest] = plan.shape;
    const products = sizeOf(plan.shape);
    return rest.length === 0 ? sum : sum + products * Math.max(1, zSize / outputs);
  }, 0);
}
