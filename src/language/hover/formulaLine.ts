/** Typeset formulas side by side. */
import type { Picture } from '../../spec/catalogue/gallery';

/** The start of a formula's SVG; y is 0 at its baseline. */
const head = /^(<svg[^>]*) height="\d+" viewBox="0 (-?\d+) (\d+) (\d+)"/;

/**
 * Aligns the baselines of pictures by giving all the same room above and below. An editor aligns their lower
 * edges, and a formula with a fraction reaches lower than others.
 */
export function onOneLine(pictures: readonly Picture[]): readonly Picture[] {
  const boxes = pictures.map(({ svg, width, height }) => {
    const [, , top, across, units] = (head.exec(svg) ?? []).map(Number);
    return { top, bottom: top + units, scale: Math.min(width / across, height / units) };
  });
  const top = Math.min(...boxes.map((box) => box.top));
  const units = Math.max(...boxes.map((box) => box.bottom)) - top;
  const height = Math.ceil(units * Math.min(...boxes.map(({ scale }) => scale)));
  if (!Number.isFinite(height)) {
    return pictures;
  }
  return pictures.map(({ svg, width }) => ({
    svg: svg.replace(
      head,
      (_, before, _top, across) => `${before} height="${height}" viewBox="0 ${top} ${across} ${units}"`,
    ),
    width,
    height,
  }));
}
