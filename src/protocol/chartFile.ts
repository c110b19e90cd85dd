/** A chart, or the film of a view, that a page asks its host to save. */
export const chartFileKinds = ['svg', 'png', 'csv', 'gif'] as const;
export type ChartFileKind = (typeof chartFileKinds)[number];

export interface ChartFile {
  /** Begins the name of the file: `loss`. */
  readonly name: string;
  readonly kind: ChartFileKind;
  readonly bytes: Uint8Array;
}

/** True for a file that a page can ask to save. */
export function isChartFile({ name, kind, bytes }: { readonly [Key in keyof ChartFile]?: unknown }): boolean {
  return typeof name === 'string' && chartFileKinds.some((each) => each === kind) && bytes instanceof Uint8Array;
}
