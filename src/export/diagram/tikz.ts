/** A network as a picture of TikZ, in a document of its own, for LaTeX. */
import { printable } from '../../common/printable';
import type { ExportFormat } from '../exportInput';
import { type Diagram, diagramOf } from './diagram';

export const tikz: ExportFormat = {
  name: 'tikz',
  needs: 'network',
  becomes: '.tex',
  make: (input) => [{ path: 'network.tex', content: sourceOf(diagramOf(input)) }],
};

function sourceOf({ boxes, skips }: Diagram): string {
  const last = boxes.length - 1;
  const isKorean = boxes.flat().some((text) => /\p{Script=Hangul}/u.test(text));
  const lines = [
    '\\documentclass[tikz, border=4pt]{standalone}',
    ...(isKorean ? ['\\usepackage{kotex}'] : []),
    '\\usetikzlibrary{arrows.meta, positioning, shapes.misc}',
    '\\begin{document}',
    '\\begin{tikzpicture}[',
    '  node distance=7mm, >={Stealth}, font=\\sffamily\\small,',
    '  box/.style={draw, rounded corners=2pt, align=center, minimum width=32mm, inner sep=5pt},',
    '  end/.style={box, rounded rectangle, fill=black!5}]',
    ...boxes.map((texts, index) => {
      const place = index === 0 ? '' : `, below=of n${index - 1}`;
      const [name, ...rest] = texts.map(escaped);
      const shown = [`\\textbf{${name}}`, ...rest].join(' \\\\ {}');
      return `  \\node[${index === 0 || index === last ? 'end' : 'box'}${place}] (n${index}) {${shown}};`;
    }),
    ...boxes.slice(1).map((_, index) => `  \\draw[->] (n${index}) -- (n${index + 1});`),
    ...(skips.length > 0 ? ['  \\coordinate (right) at (current bounding box.east);'] : []),
    ...skips.map(([from, to], index) => {
      const lane = `([xshift=${6 * (index + 1)}mm]right |- n${from})`;
      return `  \\draw[->, dashed] (n${from}.east) -- ${lane} |- node[pos=0.75, above] {$+$} (n${to}.east);`;
    }),
    '\\end{tikzpicture}',
    '\\end{document}',
  ];
  return `${lines.join('\n')}\n`;
}

const signs: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "''",
  '…': '\\dots{}',
  '×': '$\\times$',
};

/** A foreign text: TeX's own signs are written by their names. */
function escaped(text: string): string {
  return printable(text).replace(/[\\~^<>|"…×{}#$%&_]/g, (sign) => signs[sign] ?? `\\${sign}`);
}
