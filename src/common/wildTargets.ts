/** Losses that grow with the square of an error: a few large errors outweigh all others. */
const squared = ['mean_squared_error', 'half_mean_squared_error'];

/** Whether a few targets far from all others decide what is learned under this loss and scale of targets. */
export function wildTargetsDecide(loss: string, scaling: string | undefined): boolean {
  return scaling !== 'log' && (squared.includes(loss) || scaling === 'standard' || scaling === 'minmax');
}
