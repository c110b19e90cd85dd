/** Typeset formulas beside each other. */
import type { Picture } from '../../spec/catalogue/gallery';

/** The head of a formula's picture; y is 0 where its line of writing is. */
const head = /^(<svg[^>]*) height="\d+" viewBox="0 (-?\d+) (\d+) (\d+)"/;

/**
 * The same pictures, each with as much room above and below its line of writing as the others: an editor sets
 * pictures on their lower edge, and one with a fraction reaches deeper than one without.
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
