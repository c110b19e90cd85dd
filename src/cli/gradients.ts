/** `nnspec check --gradients`: backpropagation against difference quotients at the initial weights. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { counted } from '../common/counted';
import { jsonLine } from '../common/jsonLine';
import type { GradientReport, LayerInfo, ProblemMessage, Started } from '../protocol/engine';
import type { EngineClient } from '../protocol/engineClient';
import { checkedText, unresolvedText, verdictText } from '../spec/gradientTexts';
import { engineHostOf } from './dataFiles';
import { type CliIo, exitStatus } from './io';
import { type FileProblem, fromProblemMessage } from './problemOutput';
import { short, table } from './report/format';
import type { SpecFile } from './specFile';

type Outcome =
  | { readonly kind: 'checked'; readonly started: Started; readonly report: GradientReport }
  | { readonly kind: 'refused'; readonly problems: readonly FileProblem[] }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'cancelled' };

/** Checks a spec without errors. Prints a table, or with `json` one object a tensor. Returns the status. */
export async function checkGradientsOf(
  path: string,
  file: SpecFile & { readonly spec: object },
  json: boolean,
  io: CliIo,
  print: (problems: readonly FileProblem[]) => void,
): Promise<number> {
  const outcome = await run(path, file, io);
  switch (outcome.kind) {
    case 'checked':
      io.stdout.write(json ? linesOf(path, outcome) : textOf(path, outcome));
      return outcome.report.tensors.some(({ verdict }) => verdict === 'wrong') ? exitStatus.failed : exitStatus.fine;
    case 'refused':
      print(outcome.problems);
      return exitStatus.failed;
    case 'failed':
      io.stderr.write(`${outcome.message}\n`);
      return exitStatus.failed;
    case 'cancelled':
      return exitStatus.interrupted;
    default:
      return assertNever(outcome);
  }
}

async function run(path: string, file: SpecFile & { readonly spec: object }, io: CliIo): Promise<Outcome> {
  const { client, died, dispose } = io.startEngine(engineHostOf(path, io));
  let end: (outcome: Outcome) => void = () => undefined;
  const ended = new Promise<Outcome>((resolve) => {
    end = resolve;
  });
  const interrupt = io.onInterrupt(() => end({ kind: 'cancelled' }));
  try {
    void died?.then(({ message }) => end({ kind: 'failed', message }));
    return await Promise.race([ended, checkWith(client, path, file)]);
  } finally {
    interrupt.dispose();
    dispose();
  }
}

async function checkWith(
  client: EngineClient,
  path: string,
  { spec, text, fileName, parsed }: SpecFile & { readonly spec: object },
): Promise<Outcome> {
  const found = new Promise<Started | readonly ProblemMessage[] | string>((resolve) => {
    client.onEvent((event) => {
      if (event.type === 'started') {
        resolve(event.started);
      }
      if (event.type === 'refused') {
        resolve(event.problems);
      }
      if (event.type === 'failed') {
        resolve(event.failure.message);
      }
    });
  });
  const answer = await client.ask('start', { spec, specText: text, fileName, paused: true, inspect: true });
  if ('err' in answer) {
    return { kind: 'failed', message: answer.err.message };
  }
  const started = await found;
  if (typeof started === 'string') {
    return { kind: 'failed', message: started };
  }
  if (!('layers' in started)) {
    return { kind: 'refused', problems: started.map((each) => fromProblemMessage(path, each, parsed)) };
  }
  const reply = await client.ask('checkGradients', null);
  return 'ok' in reply
    ? { kind: 'checked', started, report: reply.ok }
    : { kind: 'failed', message: reply.err.message };
}

function linesOf(path: string, { started, report }: Outcome & { kind: 'checked' }): string {
  return report.tensors
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

function textOf(path: string, { started, report }: Outcome & { kind: 'checked' }): string {
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
