/** Formats numbers, shares and durations: 3–4 significant digits, a real minus sign. */
import { t } from '@vscode/l10n';
import { counted } from '../../src/common/counted';

const minus = '\u2212';

/**
 * `0.03120`, `12.50`, `1.234e−5`: significant digits, whose trailing zeros are kept. `1` and `−20` without a
 * point are exact: a number that is only near to one is `1.000`.
 */
export function formatNumber(value: number | undefined, digits = 4): string {
  if (value === undefined) {
    return '–';
  }
  if (Number.isNaN(value)) {
    return 'NaN';
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? '∞' : `${minus}∞`;
  }
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e4) {
    return (value < 0 ? minus : '') + size;
  }
  const text = size >= 1e5 || size < 1e-4 ? size.toExponential(digits - 1).replace('e+', 'e') : plain(size, digits);
  return (value < 0 ? minus : '') + text.replace('e-', `e${minus}`);
}

/** `toPrecision` switches to exponents where rounding reaches the next power of ten; this does not. */
function plain(size: number, digits: number): string {
  const rounded = Number(size.toPrecision(digits));
  const exponent = Math.floor(Math.log10(rounded));
  return rounded.toFixed(Math.max(0, digits - 1 - exponent));
}

/** Without trailing zeros, for axis ticks and settings: `0.5`, `1e−4`. */
export function formatShort(value: number, digits = 3): string {
  if (!Number.isFinite(value)) {
    return formatNumber(value);
  }
  const size = Math.abs(value);
  if (size === 0) {
    return '0';
  }
  const rounded = Number(size.toPrecision(digits));
  const text = rounded >= 1e5 || rounded < 1e-3 ? rounded.toExponential().replace('e+', 'e') : String(rounded);
  return (value < 0 ? minus : '') + text.replace('e-', `e${minus}`);
}

/** A value of the data, with thousands set apart from 10,000 on: a year stays a year. */
export function formatValue(value: number): string {
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(4));
  return size >= 1e4 && size < 1e15 ? rounded.toLocaleString('en-US').replace('-', minus) : formatShort(value, 4);
}

export { formatCount } from '../../src/common/formatCount';

/** `1 data point`, `40 data points`. */
export function dataPoints(count: number): string {
  return counted(count, t('{0} data point', count), t('{0} data points', count));
}

/** A share in 0..1 as a percentage: `3 %`, `0.4 %`. A remainder is never rounded to 0 or 100. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) {
    return t('under {0} %', '0.1');
  }
  if (percent < 1 && percent > 0) {
    return t('{0} %', percent.toFixed(1));
  }
  if (percent > 99 && percent < 100) {
    return t('{0} %', (Math.floor(percent * 10) / 10).toFixed(1));
  }
  return t('{0} %', Math.round(percent));
}

/** `8 s`, `2 min 05 s`, `1 h 12 min`: no line break between a number and its unit. */
export function formatDuration(seconds: number): string {
  return inWords(seconds).replaceAll(' ', '\u00a0');
}

function inWords(seconds: number): string {
  if (seconds > 0 && seconds < 0.1) {
    return t('under {0} s', 0.1);
  }
  if (seconds < 10) {
    return t('{0} s', seconds < 1 ? seconds.toFixed(1) : Math.round(seconds));
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return t('{0} s', whole);
  }
  if (whole < 3600) {
    return t('{0} min {1} s', Math.floor(whole / 60), String(whole % 60).padStart(2, '0'));
  }
  return t('{0} h {1} min', Math.floor(whole / 3600), String(Math.floor((whole % 3600) / 60)).padStart(2, '0'));
}

/** `85 MB`, `1.2 GB`: no line break between a number and its unit. */
export function formatMemory(bytes: number): string {
  const text = bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
  return text.replace(' ', '\u00a0');
}

/** `[4, 16]` → `4 × 16`. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? '1' : shape.join(' × ');
}

/** The displayed name of a tag: `val_loss` → `loss, validation`. */
export function tagLabel(tag: string): string {
  if (tag.startsWith('val_')) {
    return t('{0}, validation', tag.slice(4));
  }
  if (tag.startsWith('test_')) {
    return t('{0}, test', tag.slice(5));
  }
  return tag;
}
