/** `nnspec check --gradients`: backpropagation against difference quotients at the initial weights. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { jsonLine } from '../common/jsonLine';
import type { GradientReport, LayerInfo, Started } from '../protocol/engine';
import { checkedText, unresolvedText, verdictText } from '../spec/gradientTexts';
import { askNetwork } from './askNetwork';
import { type CliIo, exitStatus } from './io';
import type { FileProblem } from './problemOutput';
import { short, table } from './report/format';
import type { SpecFile } from './specFile';

/** Checks a spec without errors. Prints a table, or with `json` one object a tensor. Returns the status. */
export async function checkGradientsOf(
  path: string,
  file: SpecFile & { readonly spec: object },
  json: boolean,
  io: CliIo,
  print: (problems: readonly FileProblem[]) => void,
): Promise<number> {
  const answer = await askNetwork('checkGradients', path, file, io, print);
  if (typeof answer === 'number') {
    return answer;
  }
  const { started, result } = answer;
  io.stdout.write(json ? linesOf(path, started, result) : textOf(path, started, result));
  return result.tensors.some(({ verdict }) => verdict === 'wrong') ? exitStatus.failed : exitStatus.fine;
}

function linesOf(path: string, started: Started, { tensors }: GradientReport): string {
  return tensors
    .map(({ layer, tensor, shape, checked, kinks, unresolved, largestError, worst, verdict }) => {
      const { name, type } = started.layers[layer];
      return jsonLine({
        file: path,
        layer: name,
        type,
        tensor,
        shape,
        checked,
        kinks,
        unresolved,
        largestError,
        ...worst,
        verdict,
      });
    })
    .join('');
}

function textOf(path: string, started: Started, report: GradientReport): string {
  const { tensors, samples, loss } = report;
  if (tensors.length === 0) {
    return `${path}: ${t('The network learns nothing: there is no gradient to check.')}\n`;
  }
  const head = [t('tensor'), t('layer'), t('checked'), t('kinks'), t('largest relative error'), t('verdict')];
  const rows = tensors.map((each) => [
    each.tensor,
    typeOf(started.layers[each.layer]),
    `${each.checked}/${each.shape.reduce((size, length) => size * length, 1)}`,
    String(each.kinks),
    each.checked === 0 ? '–' : short(each.largestError),
    verdictText(each.verdict),
  ]);
  const over = counted(samples, t('{0} sample', samples), t('{0} samples', samples));
  const summary = t('{0}: checked {1} over {2}.', path, checkedText(report), over);
  const unresolved = tensors.reduce((sum, each) => sum + each.unresolved, 0);
  return `${summary}\n${table([head, ...rows])}${unresolved === 0 ? '' : `${unresolvedText(unresolved, short(loss))}\n`}`;
}

function typeOf({ type, activation }: LayerInfo): string {
  return activation && activation.name !== 'linear' ? `${type} ${activation.name}` : type;
}
