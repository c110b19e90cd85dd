/** A computation with its steps, each of which a calculator arrives at. */
import type { LessonOutput, WorkedLine } from '../../src/protocol/lesson';
import { h } from '../shared/dom';
import type { Output } from './output';

export function computeOutput({ lines }: LessonOutput & { kind: 'compute' }): Output {
  const element = h('dl', { class: 'page lesson-output worked', 'data-testid': 'compute' }, ...lines.flatMap(rowOf));
  return { element, draw: () => undefined, dispose: () => undefined };
}

function rowOf({ name, text, steps, value }: WorkedLine): HTMLElement[] {
  const ends = steps.at(-1)?.result === value;
  return [
    h('dt', {}, name),
    h(
      'dd',
      {},
      ...(isSame(text, value) ? [] : [h('div', { class: 'muted' }, `= ${text}`)]),
      ...steps.map((step, i) =>
        h('div', {}, `= ${step.text} = `, ends && i === steps.length - 1 ? h('strong', {}, step.result) : step.result),
      ),
      ...(ends ? [] : [h('div', {}, '= ', h('strong', {}, value))]),
    ),
  ];
}

/** A value that is written as it is needs no second line. */
function isSame(text: string, value: string): boolean {
  return text.replaceAll(/\s/g, '') === value.replaceAll(/\s/g, '');
}
