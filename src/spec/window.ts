/** Windows that slide over the axes of a sample, as in convolution and pooling. */
import type { ParameterValue } from './spec';

export interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros of padding at both ends. If `same` needs an odd number, there is one more after than before. */
  readonly before: number;
  readonly after: number;
  /** Number of positions of the window, rounded down; below 1 where it does not fit. */
  readonly places: number;
}

/** The axes of a convolution or pooling layer over sizes such as `[H, W]`, from its parameters. */
export function windowAxes(
  sizes: readonly number[],
  parameters: Readonly<Record<string, ParameterValue>>,
): readonly Axis[] {
  const kernels = parameters.kernel_size ?? parameters.pool_size;
  return sizes.map((size, axis) => {
    const kernel = along(kernels, axis) ?? 1;
    const stride = along(parameters.strides, axis) ?? (parameters.pool_size === undefined ? 1 : kernel);
    const dilation = along(parameters.dilation_rate, axis) ?? 1;
    const reach = dilation * (kernel - 1);
    const number = along(parameters.padding, axis) ?? 0;
    const same = parameters.padding === 'same';
    const before = same ? Math.floor(reach / 2) : number;
    const after = same ? reach - before : number;
    const places = Math.floor((size + before + after - reach - 1) / stride) + 1;
    return { size, kernel, stride, dilation, before, after, places };
  });
}

function along(value: ParameterValue | undefined, axis: number): number | undefined {
  const found = Array.isArray(value) ? value[axis] : value;
  return typeof found === 'number' ? found : undefined;
}
