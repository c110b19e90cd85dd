/** At least 0 and below 1: for names, never for numbers of a run. */
export function randomShare(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;
}
