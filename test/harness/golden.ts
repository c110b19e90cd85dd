/**
 * Golden runs: specs whose losses and weights must be the same to the bit on every machine and in every host.
 * Each is an example shortened to a few epochs. Two are enlarged, so that threads and wide vectors are used.
 */
import expected from '../fixtures/engine/golden.json';

interface GoldenRun {
  readonly name: string;
  /** The name of the example. */
  readonly example: string;
  readonly epochs: number;
  /** Its program is large enough for threads. */
  readonly isLarge?: boolean;
  /** Changes to the example's text. */
  readonly changes?: readonly (readonly [string, string])[];
}

export const goldenRuns: readonly GoldenRun[] = [
  { name: 'xor', example: 'xor', epochs: 1000 },
  { name: 'linear-xor', example: 'linear-xor', epochs: 300 },
  {
    name: 'xor-seeds',
    example: 'xor-seeds',
    epochs: 300,
    changes: [['sweep: { values: { seed: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] } }\n', '']],
  },
  { name: 'by-hand', example: 'by-hand', epochs: 100 },
  { name: 'spiral', example: 'spiral', epochs: 30 },
  { name: 'sine', example: 'sine', epochs: 30 },
  { name: 'iris', example: 'iris', epochs: 30 },
  { name: 'breast-cancer', example: 'breast-cancer', epochs: 10 },
  { name: 'deep-sigmoid', example: 'deep-sigmoid', epochs: 5 },
  { name: 'deep-tanh', example: 'deep-tanh', epochs: 5 },
  { name: 'deep-relu', example: 'deep-relu', epochs: 5 },
  { name: 'digits', example: 'digits', epochs: 5 },
  { name: 'digits-conv', example: 'digits-conv', epochs: 2 },
  { name: 'digits, wide', example: 'digits', epochs: 2, isLarge: true, changes: [['units: 32', 'units: 500']] },
  {
    name: 'digits-conv, wide',
    example: 'digits-conv',
    epochs: 1,
    isLarge: true,
    changes: [
      ['filters: 32', 'filters: 45'],
      ['units: 32', 'units: 200'],
    ],
  },
];

/** The runs that this number of threads concerns: a small program runs on one, whatever the number. */
export const goldenRunsWith = (threads: number) => goldenRuns.filter(({ isLarge }) => threads === 1 || isLarge);

/** The text of the spec, made from that of the example. */
export function goldenText({ epochs, changes = [] }: GoldenRun, exampleText: string): string {
  let text = exampleText.replace(/epochs: \d+/, `epochs: ${epochs}`);
  for (const [from, to] of changes) {
    if (!text.includes(from)) {
      throw new Error(`The example no longer says “${from}”.`);
    }
    text = text.replace(from, to);
  }
  return text;
}

/** SHA-256 of the losses of all epochs in float64 and of the weights in float32, in hexadecimal. */
export interface Golden {
  readonly losses: string;
  readonly weights: string;
}

export const golden: Readonly<Record<string, Golden>> = expected;

/** The hashes of the runs that this number of threads concerns. */
export const goldenWith = (threads: number) =>
  Object.fromEntries(goldenRunsWith(threads).map(({ name }) => [name, golden[name]]));

export async function goldenOf(losses: readonly number[], weights: readonly Float32Array[]): Promise<Golden> {
  const joined = new Float32Array(weights.reduce((length, values) => length + values.length, 0));
  let at = 0;
  for (const values of weights) {
    joined.set(values, at);
    at += values.length;
  }
  return { losses: await digest(Float64Array.from(losses)), weights: await digest(joined) };
}

async function digest(values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', values));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
