/** A network as a diagram of Mermaid, which Markdown of many sites draws. */
import type { ExportFormat } from '../exportInput';
import { type Diagram, diagramOf } from './diagram';

export const mermaid: ExportFormat = {
  name: 'mermaid',
  needs: 'network',
  becomes: '.mmd',
  make: (input) => [{ path: 'network.mmd', content: sourceOf(diagramOf(input)) }],
};

function sourceOf({ boxes, skips }: Diagram): string {
  const last = boxes.length - 1;
  const node = (index: number) => (index === 0 ? 'input' : index === last ? 'loss' : `l${index}`);
  const lines = [
    'flowchart TB',
    ...boxes.map((texts, index) => {
      const [open, close] = index === 0 || index === last ? ['(["', '"])'] : ['["', '"]'];
      return `  ${node(index)}${open}${texts.map(label).join('<br>')}${close}`;
    }),
    ...boxes.slice(1, -1).map((_, index) => `  ${node(index)} --> ${node(index + 1)}`),
    ...skips.map(([from, to]) => `  ${node(from)} -.->|+| ${node(to)}`),
    `  ${node(last - 1)} --> loss`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A text in quotes: Mermaid's own signs are written by their number. */
function label(text: string): string {
  return text.replace(/["#&<>;`]/g, (sign) => `#${sign.charCodeAt(0)};`).replace(/\s+/g, ' ');
}
