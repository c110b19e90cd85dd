/** The random numbers of a run, written out in NumPy: the same shuffling, initial weights and noise. */
import { t } from '@vscode/l10n';
import { purposes } from '../../common/random';

/** Helpers that a script asks for by name; each knows which others it needs. */
export type Draw = 'uniform' | 'normal' | 'truncated' | 'shuffled' | 'orthogonal';

const needs: Readonly<Record<Draw, readonly Draw[]>> = {
  uniform: [],
  normal: [],
  truncated: ['normal'],
  shuffled: [],
  orthogonal: ['normal'],
};

/** The generator and the helpers that are used. */
export function drawsSource(used: ReadonlySet<Draw>): string {
  const all = new Set([...used].flatMap((draw) => [draw, ...needs[draw]]));
  if (all.size === 0) {
    return '';
  }
  const chosen = (Object.keys(sources) as Draw[]).filter((draw) => all.has(draw)).map((draw) => sources[draw]());
  return [philox(all.has('uniform') || all.has('normal')), ...chosen].join('\n\n');
}

function philox(withUnit: boolean): string {
  const unit = `

def unit(high, low):
    """${t('Numbers in [0, 1) from two words each.')}"""
    return ((high >> 5) * 67108864 + (low >> 6)) / 9007199254740992
`;
  return `def philox(purpose, step, index):
    """${t('Four random words of 32 bits for each index: Philox4x32-10, which counts instead of remembering.')}"""
    index = np.asarray(index, dtype=np.uint64)
    low_word = 0xFFFFFFFF
    a, b = index & low_word, index >> 32
    c, d = np.full_like(a, step & low_word), np.full_like(a, step >> 32)
    key, other_key = SEED, purpose
    for _ in range(10):
        first, second = a * 0xD2511F53, c * 0xCD9E8D57
        a, b = (second >> 32) ^ b ^ key, second & low_word
        c, d = (first >> 32) ^ d ^ other_key, first & low_word
        key, other_key = (key + 0x9E3779B9) & low_word, (other_key + 0xBB67AE85) & low_word
    return a, b, c, d
${withUnit ? unit : ''}`;
}

const sources: Readonly<Record<Draw, () => string>> = {
  uniform: () => `def uniform(purpose, step, index):
    a, b, _, _ = philox(purpose, step, index)
    return unit(a, b)
`,
  normal: () => `def normal(purpose, step, index):
    """${t('Standard normal numbers, by the transform of Box and Muller.')}"""
    a, b, c, d = philox(purpose, step, index)
    return np.sqrt(-2 * np.log(1 - unit(a, b))) * np.cos(2 * np.pi * unit(c, d))
`,
  truncated: () => `def truncated(purpose, step, count):
    """${t('Standard normal numbers; those beyond two deviations are drawn again.')}"""
    index = np.arange(count, dtype=np.uint64)
    values = normal(purpose, step, index)
    while (far := np.abs(values) > 2).any():
        index[far] += 2**32
        values[far] = normal(purpose, step, index[far])
    return values
`,
  orthogonal: () => `def orthogonal(purpose, step, rows, columns):
    """${t('A random matrix whose rows, or columns where they are fewer, are orthonormal.')}"""
    long, short = max(rows, columns), min(rows, columns)
    draws = normal(purpose, step, np.arange(rows * columns)).reshape(short, long)
    q, r = np.linalg.qr(draws.T)
    q = q * np.sign(np.diag(r))
    return q.T if rows <= columns else q
`,
  shuffled: () => `def shuffled(rows, epoch):
    """${t('The rows in the order of an epoch: the shuffle of Fisher and Yates.')}"""
    rows = rows.copy()
    words = np.stack(philox(${purposes.shuffle}, epoch, np.arange(len(rows))), axis=1)
    choices = np.arange(1, len(rows) + 1, dtype=np.uint64)
    # ${t('Words from here on would favour small numbers; that all four are such is next to impossible.')}
    usable = words < 2**32 - 2**32 % choices[:, None]
    chosen = words[np.arange(len(rows)), usable.argmax(axis=1)] % choices
    for i in range(len(rows) - 1, 0, -1):
        j = int(chosen[i])
        rows[i], rows[j] = rows[j], rows[i]
    return rows
`,
};
