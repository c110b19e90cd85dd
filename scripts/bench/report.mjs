/** Formats the figures of a run as lines of text. */
import { digits, short } from './statistics.mjs';
import { columns } from './table.mjs';

const families = {
  js: 'the best JavaScript library',
  torch: 'PyTorch at its best',
  torchByHand: 'PyTorch with an optimizer written by hand',
};

/** The table of a workload, the contestants missing from it, and the engine's ratios beside their bars. */
export function workloadLines({ workload, entries, missing, ratios, gain }) {
  const speed = ({ error, speeds }) => (error ? -1 : speeds.median);
  const sorted = [...entries].sort((a, b) => speed(b) - speed(a));
  const rows = sorted.map((entry) => {
    if (entry.error) {
      return [entry.label, 'failed', '', '', '', entry.error.split('\n')[0].slice(0, 80)];
    }
    const { median, min, max } = entry.speeds;
    return [
      entry.label,
      short(median),
      short(min),
      short(max),
      entry.rounds === 0 ? 'heat' : String(entry.rounds),
      learnedWords(entry),
    ];
  });
  const head = ['samples a second', 'median', 'min', 'max', 'rounds', 'squared error before and after'];
  const sides = ['left', 'right', 'right', 'right', 'right', 'left'];
  return [
    '',
    workload.title,
    ...columns([head, ...rows], sides).map((line) => `  ${line}`),
    ...missing.map(({ name, reason }) => `  missing: ${name} ${reason}`),
    ...ratios.map(
      (ratio) =>
        `  NNSpec against ${families[ratio.family]}, ${ratio.peer}: ${ratioWords(ratio, workload.bars[ratio.family])}`,
    ),
    ...(gain === undefined
      ? []
      : [`  NNSpec with two threads against one: ${digits(gain)}×${workload.name === 'wide' ? ' (bar: ≥ 1.8)' : ''}`]),
  ];
}

function learnedWords({ learned, whole, before, after, rows, epochs }) {
  const change = `${before.toFixed(3)} → ${after.toFixed(3)}`;
  if (!learned) {
    return `${change}: did not learn, does not count`;
  }
  return whole ? change : `${change}, cut short: ${epochs} epochs of ${rows} rows`;
}

/**
 * `12.3× with wide SIMD (bar: ≥ 1.5), 8.1× without (bar: ≥ 1.1)`, or `12.3× (bar: ≥ 10)` for one variant.
 */
function ratioWords({ wide, plain, only }, bar) {
  const barred = (ratio, way, least) => `${digits(ratio)}×${way}${least === undefined ? '' : ` (bar: ≥ ${least})`}`;
  const words = [];
  if (only !== undefined) {
    words.push(barred(only, '', bar?.wide));
  }
  if (wide !== undefined) {
    words.push(barred(wide, ' with wide SIMD', bar?.wide));
  }
  if (plain !== undefined) {
    words.push(barred(plain, ' without', bar?.plain));
  }
  return words.length > 0 ? words.join(', ') : 'the engine has no figure';
}

/** Single figures, one per line. */
export function figureLines(figures) {
  const rows = figures.map(({ name, unit, value, bar, note }) => {
    const brackets = [bar && `bar: ${bar}`, note].filter(Boolean).join('; ');
    return [digits(value), unit, name, brackets && `(${brackets.split('\n')[0]})`];
  });
  return ['', ...columns(rows, ['right', 'left', 'left', 'left']).map((line) => `  ${line}`)];
}
