/** Sentences about a Python that cannot train, each with what to do. */
import { t } from '@vscode/l10n';
import type { Failure } from '../../protocol/engine';
import type { PythonExit, PythonLauncher } from './wire';

/** Seconds in which Python must have answered; the first import of PyTorch may take long. */
export const usualPatience = 120;

/** An error that the runner tells by its code; `other` is how a person names another Python. */
export function failureOf(code: string, [first = '', second = '']: readonly string[], other: string): Failure {
  return { code, message: sentenceOf(code, first, second, other) };
}

function sentenceOf(code: string, first: string, second: string, other: string): string {
  switch (code) {
    case 'no-module':
      return t(
        'The Python {0} has no module “{1}”. Install it by “{2}”, or name another Python: {3}.',
        second,
        first,
        `${second} -m pip install torch numpy`,
        other,
      );
    case 'old-torch':
      return t(
        'PyTorch {0} is too old: training needs {1} or newer. Update it, or name another Python: {2}.',
        first,
        second,
        other,
      );
    case 'no-cuda':
      return t('The spec asks for “device: cuda”, but PyTorch finds no CUDA device. Write “device: auto”.');
    case 'torch-memory':
      return first === 'cuda'
        ? t('The graphics card has not enough memory. Use a smaller batch or network, or “device: cpu”.')
        : t('There is not enough memory for this run. Use fewer units, a smaller batch or less data.');
    default:
      return t('PyTorch cannot go on: {0}', first || code);
  }
}

/** The end of a process that should have trained; `hadStarted`: it had answered before. */
export function exitFailure(
  { python, other }: Pick<PythonLauncher, 'python' | 'other'>,
  exit: PythonExit,
  hadStarted: boolean,
): Failure {
  const reason = exit.signal ?? t('exit code {0}', exit.code ?? '?');
  if (exit.missing) {
    const message = t(
      '“{0}” cannot be started. Install Python with PyTorch, or name another Python: {1}.',
      python,
      other,
    );
    return { code: 'no-python', message };
  }
  if (exit.babbles) {
    return { code: 'no-python', message: t('“{0}” is no Python. Name another one: {1}.', python, other) };
  }
  if (exit.silent) {
    const message = t(
      '“{0}” has not answered for {1} seconds. See in a terminal whether “{2}” ends, or name another Python: {3}.',
      python,
      usualPatience,
      `${python} -c "import torch"`,
      other,
    );
    return { code: 'python-silent', message };
  }
  const last = exit.output.trimEnd().split('\n').at(-1) ?? '';
  if (hadStarted) {
    const message =
      exit.signal === 'SIGKILL'
        ? t(
            'Python was ended from outside, perhaps for want of memory. The losses so far are kept. Restart to train again.',
          )
        : t(
            'Python ended unexpectedly ({0}). The losses so far are kept. Restart to train again. {1}',
            reason,
            last,
          ).trimEnd();
    return { code: 'engine-ended', message };
  }
  const message = t(
    '“{0}” ended before it could train ({1}). Name another Python: {2}. {3}',
    python,
    reason,
    other,
    last,
  );
  return { code: 'no-python', message: message.trimEnd() };
}
