/** The outputs of blocks that compute nothing in an engine. */
import type { ComputeBlock } from '../../lessons/blocks/compute';
import type { PlotBlock } from '../../lessons/blocks/plot';
import { resultText } from '../../lessons/steps';
import { valueText } from '../../lessons/values';
import type { FromLesson, LessonOutput, PlottedFunction } from '../../protocol/lesson';
import type { ActivationCurve } from '../../protocol/panel';
import { activation, custom } from '../../spec/catalogue/activations';
import { readFormula } from '../../spec/formula';
import type { Thing } from '../../spec/spec';
import { activationCurve } from '../runs/curves';

export function computeOutput({ lines }: ComputeBlock): LessonOutput {
  return {
    kind: 'compute',
    lines: lines.map(({ name, text, value, steps }) => ({
      name,
      text,
      steps: steps.map((step) => ({ text: step.text, result: step.result })),
      value: steps.length > 0 ? resultText(value) : valueText(value),
    })),
  };
}

export function plotOutput({ functions, range, derivative, sliders }: PlotBlock): LessonOutput {
  return {
    kind: 'plot',
    range,
    derivative,
    functions: functions.flatMap((named): PlottedFunction[] => {
      const curve = activationCurve(named, range, plotPoints);
      const ends = sliders[named.name];
      const parameter = activation(named.name)?.parameters.find(({ type }) => type === 'number')?.name;
      return curve
        ? [
            {
              name: named.name === custom.name ? String(named.parameters.formula) : named.name,
              curve,
              parameters: plainParameters(named),
              ...(ends && parameter && { slider: { parameter, range: ends } }),
            },
          ]
        : [];
    }),
  };
}

/** Points of a curve, so that it has no corner that is none. */
const plotPoints = 301;

function plainParameters({ parameters }: Thing): PlottedFunction['parameters'] {
  return Object.fromEntries(
    Object.entries(parameters).filter(
      (entry): entry is [string, number | string] => typeof entry[1] === 'number' || typeof entry[1] === 'string',
    ),
  );
}

/** The curve that a slider asks for; undefined where there is none. */
export function curveAskedFor({
  name,
  parameters,
  range,
}: FromLesson & { readonly type: 'curve' }): ActivationCurve | undefined {
  const entry = activation(name);
  if (!entry || (typeof parameters.formula === 'string' && 'problem' in readFormula(parameters.formula))) {
    return undefined;
  }
  return activationCurve({ name, parameters }, range, plotPoints);
}

export function failureOutput(messages: readonly string[]): LessonOutput {
  return { kind: 'failure', messages };
}
