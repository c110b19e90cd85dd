/** A kept run as one page of HTML: spec, curves, tables, confusion matrix, environment. It has no script. */
import { t } from '@vscode/l10n';
import { escapeHtml } from '../../common/escapeHtml';
import { formatCount } from '../../common/formatCount';
import { plotSvg } from '../../common/plotSvg';
import { printable, printableLines } from '../../common/printable';
import { formatShape, sizeOf } from '../../spec/shape';
import type { Part } from '../../spec/spec';
import { diagramOf } from '../diagram/diagram';
import { diagramSvg } from '../diagram/svg';
import type { Confusion, ExportFormat, ExportInput, RunReport } from '../exportInput';

export const report: ExportFormat = {
  name: 'report',
  needs: 'run',
  becomes: '.html',
  make: (input) => [{ path: 'report.html', content: pageOf(input) }],
};

const style = `
  :root { color-scheme: light; }
  body { font: 15px/1.5 system-ui, sans-serif; color: #111; background: #fff; max-width: 62rem; margin: 2rem auto; padding: 0 1.5rem; }
  h1 { font-size: 1.7rem; margin: 0 0 .2rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; border-bottom: 1px solid #ddd; }
  p.about { color: #555; margin: 0 0 1rem; }
  table { border-collapse: collapse; } th, td { padding: .25rem .8rem .25rem 0; text-align: left; vertical-align: top; }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
  tr + tr { border-top: 1px solid #eee; } thead tr { border-bottom: 1px solid #bbb; }
  pre { background: #f6f6f6; padding: .8rem 1rem; border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; }
  .plots { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; } figcaption { color: #333; font-weight: 600; }
  td.right { outline: 1px solid #1a7f37; }
  svg { max-width: 100%; height: auto; }
  @media print { body { margin: 0; max-width: none; padding: 0; } h2 { break-after: avoid; } figure, tr, svg { break-inside: avoid; } }
`;

function pageOf(input: ExportInput): string {
  const { spec, run } = input;
  if (!run) {
    throw new Error('A report tells of a kept run: read it first.');
  }
  const title = text(spec.name);
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
<p class="about">${text(run.id)} · ${text(run.created)}</p>
${run.verdict.map((line) => `<p>${text(line)}</p>\n`).join('')}${section(t('Curves'), plots(run))}${section(t('Scores'), scores(run))}${section(t('Expectations'), expectations(run))}${run.confusion ? section(t('Confusion matrix'), confusionTable(run.confusion)) : ''}${section(t('Layers'), layers(input))}${section(t('Diagram'), diagramSvg(diagramOf(input)))}${section(t('Spec'), `<pre>${escapeHtml(printableLines(run.specText))}</pre>`)}${section(t('Environment'), environment(run))}</body>
</html>
`;
}

const text = (value: string | number): string => escapeHtml(printable(String(value)));

const short = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value);

function section(title: string, content: string): string {
  return content === '' ? '' : `<h2>${text(title)}</h2>\n${content}\n`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cell = (tag: 'th' | 'td') => (value: string | number) =>
    typeof value === 'number' ? `<${tag} class="number">${short(value)}</${tag}>` : `<${tag}>${text(value)}</${tag}>`;
  const heads = head.length === 0 ? '' : `<thead><tr>${head.map(cell('th')).join('')}</tr></thead>`;
  return `<table>${heads}<tbody>\n${rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>\n`).join('')}</tbody></table>`;
}

/** A plot for each value, with that of the validation part in it. */
function plots({ series }: RunReport): string {
  const tags = Object.keys(series).filter((tag) => !tag.startsWith('val_'));
  const drawn = tags.flatMap((tag) => {
    const svg = plot(series, tag);
    return svg === undefined ? [] : [`<figure><figcaption>${text(tag)}</figcaption>${svg}</figure>`];
  });
  return drawn.length === 0 ? '' : `<div class="plots">\n${drawn.join('\n')}\n</div>`;
}

function plot(series: RunReport['series'], tag: string): string | undefined {
  const lines = (
    [
      ['f', tag],
      ['df', `val_${tag}`],
    ] as const
  ).flatMap(([role, name]) => {
    const { x, y } = series[name] ?? { x: [], y: [] };
    const points = Array.from(x, (at, i) => [at, y[i]]).filter((point) => point.every(Number.isFinite));
    return points.length === 0 ? [] : [{ role, points }];
  });
  const all = lines.flatMap(({ points }) => points);
  const [xs, ys] = [0, 1].map((axis) => all.map((point) => point[axis]));
  if (all.length < 2) {
    return undefined;
  }
  const bound = (values: readonly number[], pick: (a: number, b: number) => number) =>
    values.reduce((a, b) => pick(a, b));
  const [low, high] = [bound(ys, Math.min), bound(ys, Math.max)];
  const room = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1;
  const colours = { f: '#0b62c4', df: '#c4550b', axis: '#666', guide: '#ccc', text: '#333' } as const;
  return plotSvg(
    {
      xLow: bound(xs, Math.min),
      xHigh: Math.max(bound(xs, Math.max), bound(xs, Math.min) + 1),
      yLow: low - room,
      yHigh: high + room,
      lines: lines.map(({ role, points }) => ({ role, polylines: [points.flat()] })),
    },
    {
      width: 460,
      height: 260,
      ticks: true,
      ...(lines.length === 2 && { legend: { f: t('train'), df: t('validation') } }),
      paint: (role) =>
        role === 'text' ? `fill="${colours.text}" font-size="11"` : `stroke="${colours[role]}" stroke-width="1.5"`,
    },
  );
}

function scores({ final }: RunReport): string {
  const parts = Object.keys(final).filter((part) => Object.keys(final[part]).length > 0);
  const tags = [...new Set(parts.flatMap((part) => Object.keys(final[part])))];
  return parts.length === 0
    ? ''
    : table(
        ['', ...parts.map(partName)],
        tags.map((tag) => [tag, ...parts.map((part) => final[part][tag] ?? '')]),
      );
}

function partName(part: string): string {
  const names: Readonly<Record<Part, string>> = { train: t('train'), validation: t('validation'), test: t('test') };
  return Object.hasOwn(names, part) ? names[part as Part] : part;
}

function expectations({ expect }: RunReport): string {
  return expect.length === 0
    ? ''
    : table(
        ['', t('measured'), ''],
        expect.map(({ text: wanted, ok, value }) => [wanted, value, ok ? t('met') : t('not met')]),
      );
}

function confusionTable({ part, names, counts }: Confusion): string {
  const rows = counts.map((row, at) => {
    const cells = row.map((count, k) => `<td class="number${k === at ? ' right' : ''}">${formatCount(count)}</td>`);
    return `<tr><th>${text(names[at])}</th>${cells.join('')}</tr>\n`;
  });
  const about = t('Rows of the part {0}; each row is a true class, each column a predicted one.', partName(part));
  const head = names.map((name) => `<th class="number">${text(name)}</th>`).join('');
  return `<p class="about">${text(about)}</p>\n<table><thead><tr><th></th>${head}</tr></thead><tbody>\n${rows.join('')}</tbody></table>`;
}

function layers({ network }: ExportInput): string {
  const rows = network.layers.map(({ name, type, activation, outputShape, tensors }) => [
    name,
    type,
    activation?.name ?? '',
    formatShape(outputShape),
    formatCount(tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0)),
  ]);
  return table([t('layer'), t('type'), t('activation'), t('shape'), t('parameters')], rows);
}

function environment({ engine, seed, dataHash, seconds }: RunReport): string {
  const rows: [string, string][] = [];
  if (engine) {
    rows.push(['NNSpec', engine.version], [t('backend'), engine.backend]);
  }
  if (engine?.threads !== undefined) {
    rows.push([t('threads'), String(engine.threads)]);
  }
  if (seed !== undefined) {
    rows.push([t('seed'), String(seed)]);
  }
  if (seconds !== undefined) {
    rows.push([t('seconds'), short(seconds)]);
  }
  if (dataHash !== undefined) {
    rows.push([t('data'), dataHash]);
  }
  return rows.length === 0 ? '' : table([], rows);
}
