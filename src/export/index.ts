/** The table of formats in which a network leaves, and the door to them. */
import { mermaid } from './diagram/mermaid';
import { svg } from './diagram/svg';
import { tikz } from './diagram/tikz';
import type { ExportedFile, ExportFormat, ExportInput, ExportProblem } from './exportInput';
import { numpy } from './numpy/numpy';
import { onnx } from './onnx/onnx';
import { c } from './program/c';
import { javascript } from './program/javascript';
import { pytorch } from './pytorch/pytorch';

export const exportFormats: readonly ExportFormat[] = [pytorch, numpy, onnx, javascript, c, mermaid, svg, tikz];

/** The files of a network in a format, or why it cannot have it. */
export function exportNetwork(
  format: ExportFormat,
  input: ExportInput,
): { readonly files: readonly ExportedFile[] } | { readonly problems: readonly ExportProblem[] } {
  const problems: ExportProblem[] = [];
  const files = format.make(input, (path, message) => problems.push({ path, message }));
  return problems.length > 0 ? { problems } : { files };
}
