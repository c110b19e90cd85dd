/**
 * Packed panels. A matrix B [K, N] that stands on the right of a product is cut into panels of `width`
 * columns, each row after row:
 *
 * ```
 *   panel 0            panel 1            last panel: columns beyond N are 0
 *   B[0, 0 … 15]       B[0, 16 … 31]
 *   B[1, 0 … 15]       B[1, 16 … 31]
 *     …                  …
 *   (K rounded up to a multiple of 4; the rows beyond K are 0)
 * ```
 *
 * A dense layer's weight W [m, n] lies as B = Wᵀ: K = n inputs, N = m outputs.
 */
import type { Layout } from '../layer';

export interface Panels {
  /** Rows K, and columns N. */
  readonly depth: number;
  readonly columns: number;
  readonly width: number;
}

export const panelCount = ({ columns, width }: Panels): number => Math.ceil(columns / width);

/** Rows of a panel in memory. */
export const paddedDepth = ({ depth }: Panels): number => Math.ceil(depth / 4) * 4;

/** Bytes from panel to panel. */
export const panelBytes = (panels: Panels): number => paddedDepth(panels) * panels.width * 4;

/** Numbers of all panels. */
export const panelsLength = (panels: Panels): number => panelCount(panels) * paddedDepth(panels) * panels.width;

/** Where entry i of a weight [m, n] lies. */
export function weightLayout(panels: Panels): Layout {
  const { depth: n, width } = panels;
  const rows = paddedDepth(panels);
  return {
    length: panelsLength(panels),
    row: n,
    step: width,
    offsetOf(index) {
      const j = Math.floor(index / n);
      const i = index - j * n;
      const panel = Math.floor(j / width);
      return (panel * rows + i) * width + (j - panel * width);
    },
  };
}
