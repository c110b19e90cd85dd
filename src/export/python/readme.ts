/** A few lines on how to run the script. */
import { t } from '@vscode/l10n';
import type { ExportedFile, ExportInput } from '../exportInput';
import { inert } from './source';

/** `more` are further lines. */
export function readmeFile({ spec }: ExportInput, install: string, more: readonly string[] = []): ExportedFile {
  const lines = [
    `# ${inert(spec.name)}`,
    '',
    t('train.py trains the network of a spec of NNSpec; data.csv holds its rows as the spec reads and divides them.'),
    '',
    '```',
    install,
    'python3 train.py',
    '```',
    '',
    ...(more.length > 0 ? [...more, ''] : []),
  ];
  return { path: 'README.md', content: lines.join('\n') };
}
