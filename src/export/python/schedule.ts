/** A learning-rate schedule as a Python function of the step, counted from 0. */
import type { Thing, TrainingSpec } from '../../spec/spec';
import { numberLiteral } from './source';

export interface ScheduleSource {
  /** The functions `learning_rate(step)` and, where the schedule moves it, `momentum(step)`. */
  readonly source: string;
  readonly movesMomentum: boolean;
  /** It watches a value of each epoch, and `learning_rate` takes its factor as well. */
  readonly plateau?: Thing;
}

/** Undefined without a schedule. `steps` are those of the whole run. */
export function scheduleSource({ schedule, optimizer }: TrainingSpec, steps: number): ScheduleSource | undefined {
  if (!schedule) {
    return undefined;
  }
  const { parameters } = schedule;
  const rate = numberLiteral(optimizer.parameters.learning_rate as number);
  const warmup = parameters.warmup as number;
  const body = bodyOf(schedule, rate, steps);
  const isPlateau = schedule.name === 'reduce_on_plateau';
  const movesMomentum = schedule.name === 'one_cycle' && parameters.cycle_momentum === true;
  const warm = warmup === 0 ? '' : ` * min((step + 1) / ${warmup}, 1)`;
  const lines = [...body.slice(0, -1), `return ${warm === '' ? body.at(-1) : `(${body.at(-1)})${warm}`}`];
  const argument = isPlateau ? 'step, factor' : 'step';
  const rateSource = `def learning_rate(${argument}):\n${lines.map((line) => `    ${line}\n`).join('')}`;
  const momentum = movesMomentum
    ? `\n\ndef momentum(step):\n${oneCycleLines(schedule, steps, true)
        .map((line, at, all) => `    ${at === all.length - 1 ? 'return ' : ''}${line}\n`)
        .join('')}`
    : '';
  const wave = /half_wave\(/.test(rateSource)
    ? `def half_wave(high, low, at):
    return low + (high - low) * (1 + np.cos(np.pi * at)) / 2


`
    : '';
  return { source: `${wave}${rateSource}${momentum}`, movesMomentum, ...(isPlateau && { plateau: schedule }) };
}

/** Lines of the function; the last is an expression. */
function bodyOf(schedule: Thing, rate: string, steps: number): string[] {
  const { name, parameters } = schedule;
  const number = (key: string) => numberLiteral(parameters[key] as number);
  const length = String(parameters.steps ?? steps);
  switch (name) {
    case 'step':
      return [`${rate} * ${number('gamma')} ** (step // ${number('every')})`];
    case 'multi_step':
      return [
        `${rate} * ${number('gamma')} ** sum(step >= at for at in [${(parameters.at as readonly number[]).join(', ')}])`,
      ];
    case 'exponential':
      return [`${rate} * ${number('gamma')} ** step`];
    case 'cosine':
      return [`half_wave(${rate}, ${number('minimum')}, step / ${length})`];
    case 'cosine_restarts':
      return [
        `begin, length = 0, ${number('first')}`,
        'while step >= begin + length:',
        `    begin, length = begin + length, length * ${number('factor')}`,
        `half_wave(${rate}, ${number('minimum')}, (step - begin) / length)`,
      ];
    case 'linear':
      return [`${rate} * (${number('start')} + (${number('end')} - ${number('start')}) * min(step / ${length}, 1))`];
    case 'polynomial':
      return [`(${rate} - ${number('end')}) * (1 - min(step / ${length}, 1)) ** ${number('power')} + ${number('end')}`];
    case 'one_cycle':
      return oneCycleLines(schedule, steps, false);
    case 'cyclic': {
      const [up, down] = [number('up'), number('down')];
      const half = parameters.mode === 'triangular2' ? ' * 0.5 ** cycle' : '';
      return [
        `cycle, within = divmod(step, ${up} + ${down})`,
        `height = within / ${up} if within <= ${up} else (${up} + ${down} - within) / ${down}`,
        `${number('base')} + (${number('maximum')} - ${number('base')}) * height${half}`,
      ];
    }
    case 'reduce_on_plateau':
      return [`${rate} * factor`];
    default:
      throw new Error(`No export has the schedule ${name}: add it to schedule.ts.`);
  }
}

/** PyTorch's limits of the momentum. */
const [lowMomentum, highMomentum] = [0.85, 0.95];

function oneCycleLines({ parameters }: Thing, steps: number, ofMomentum: boolean): string[] {
  const number = (key: string) => parameters[key] as number;
  const first = number('maximum') / number('div');
  const [from, peak, to] = ofMomentum
    ? [highMomentum, lowMomentum, highMomentum]
    : [first, number('maximum'), first / number('final_div')];
  const top = number('share') * steps - 1;
  const end = steps - 1;
  const fall = end > top ? `half_wave(${peak}, ${to}, (min(step, ${end}) - ${top}) / (${end} - ${top}))` : String(to);
  if (top <= 0) {
    return [fall];
  }
  return [`half_wave(${from}, ${peak}, step / ${top}) if step <= ${top} else ${fall}`];
}
