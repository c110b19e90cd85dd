/** The sizes of a convolution. */
import { type Axis, windowAxes } from '../../../../spec/window';
import type { LayerBuild } from '../../layer';

/** x [B, C, H, W], W [F, C/G, kh, kw] → z [B, F, H′, W′]; one axis less is the same with H = kh = 1. */
export interface Geometry {
  readonly vertical: Axis;
  readonly horizontal: Axis;
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  /** Channels and filters of a group. */
  readonly groupChannels: number;
  readonly groupFilters: number;
  /** Weights of a filter. */
  readonly field: number;
  /** Places of a plane of z. */
  readonly places: number;
  readonly zShape: readonly number[];
}

const line: Axis = { size: 1, kernel: 1, stride: 1, dilation: 1, before: 0, after: 0, places: 1 };

export function geometryOf({ plan }: LayerBuild): Geometry {
  const [channels, ...sizes] = plan.inputShape;
  const axes = windowAxes(sizes, plan.parameters);
  const [vertical, horizontal] = axes.length === 1 ? [line, axes[0]] : flattened(axes);
  const weight = plan.tensors.find(({ name }) => name === `${plan.name}.weight`);
  if (!weight) {
    throw new Error(`The plan of ${plan.name} has no weight tensor: plan the network again.`);
  }
  const [filters, groupChannels] = weight.shape;
  const groups = channels / groupChannels;
  return {
    vertical,
    horizontal,
    channels,
    filters,
    groups,
    groupChannels,
    groupFilters: filters / groups,
    field: groupChannels * vertical.kernel * horizontal.kernel,
    places: vertical.places * horizontal.places,
    zShape: [filters, ...axes.map(({ places }) => places)],
  };
}

/** With a window of one number and stride 1, a plane is treated as a single long row of places. */
function flattened([vertical, horizontal]: readonly Axis[]): readonly [Axis, Axis] {
  const single = [vertical, horizontal].every(
    ({ kernel, stride, before, after }) => kernel === 1 && stride === 1 && before === 0 && after === 0,
  );
  if (!single) {
    return [vertical, horizontal];
  }
  const size = vertical.size * horizontal.size;
  return [line, { ...horizontal, size, places: size }];
}
