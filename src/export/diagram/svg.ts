/** A network as a picture. */
import { escapeHtml } from '../../common/escapeHtml';
import { printable } from '../../common/printable';
import type { ExportFormat } from '../exportInput';
import { type Diagram, diagramOf } from './diagram';

export const svg: ExportFormat = {
  name: 'svg',
  needs: 'network',
  becomes: '.svg',
  make: (input) => [{ path: 'network.svg', content: `${diagramSvg(diagramOf(input))}\n` }],
};

/** Sizes in pixels. */
const line = 17;
const padding = 9;
const gap = 26;
const margin = 12;
const lane = 26;

/** Widths of characters of 13 px: those of Korean, Chinese and Japanese are square. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, sign) => sum + (sign.codePointAt(0)! > 0x1100 ? 13 : 7.4), 0);
}

export function diagramSvg({ boxes, skips }: Diagram): string {
  const width = Math.ceil(Math.max(140, ...boxes.flat().map(widthOf)) + 4 * padding);
  const center = margin + width / 2;
  const parts: string[] = [];
  const middles: number[] = [];
  let y = margin;
  for (const [index, texts] of boxes.entries()) {
    const height = texts.length * line + 2 * padding;
    const isEnd = index === 0 || index === boxes.length - 1;
    if (index > 0) {
      parts.push(`<path d="M${center} ${y - gap}V${y - 2}" marker-end="url(#arrow)"/>`);
    }
    parts.push(
      `<rect x="${margin}" y="${y}" width="${width}" height="${height}" rx="${isEnd ? height / 2 : 5}" fill="${isEnd ? '#f2f2f2' : '#fff'}"/>`,
    );
    for (const [row, text] of texts.entries()) {
      const weight = row === 0 ? ' font-weight="600"' : '';
      const at = y + padding + (row + 0.76) * line;
      parts.push(`<text x="${center}" y="${at.toFixed(1)}"${weight}>${escapeHtml(printable(text))}</text>`);
    }
    middles.push(y + height / 2);
    y += height + gap;
  }
  const right = margin + width;
  for (const [index, [from, to]] of skips.entries()) {
    const x = right + lane * (index + 1) - 8;
    parts.push(
      `<path d="M${right} ${middles[from]}H${x}V${middles[to]}H${right + 2}" stroke-dasharray="5 4" marker-end="url(#arrow)"/>`,
      `<text x="${x - 8}" y="${middles[to] - 5}">+</text>`,
    );
  }
  const whole = right + margin + (skips.length > 0 ? lane * skips.length : 0);
  const height = y - gap + margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="${height}" viewBox="0 0 ${whole} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="none" stroke="#333" stroke-width="1.2">
<style>text { fill: #111; stroke: none; text-anchor: middle; }</style>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8Z" fill="#333" stroke="none"/></marker></defs>
<rect width="100%" height="100%" fill="#fff" stroke="none"/>
${parts.join('\n')}
</svg>`;
}
