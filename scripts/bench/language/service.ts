/** Times the parts of the language service in this process, at places spread over a file. Prints JSON. */
import {
  type CompletionHost,
  checkSpec,
  completionsAt,
  hoverIn,
  parseSpec,
  parseSteps,
} from '../../../src/language/index';
import { largestSpec, longSpec, specOfRows } from './files.mjs';

const places = Number(process.argv[2]);
/** Calls before measuring; a person's first keystrokes warm up the code, too. */
const warmUps = 50;
const host: CompletionHost = { table: async () => undefined, arrays: async () => [], list: async () => [] };

interface Measured {
  readonly name: string;
  readonly bar: string;
  readonly times: readonly number[];
}

/** Milliseconds of each call, at places spread over the text. */
async function timed(text: string, count: number, call: (offset: number) => unknown): Promise<number[]> {
  const times: number[] = [];
  for (let index = -Math.min(warmUps, count); index < count; index++) {
    const offset = ((index + warmUps) * 104_729) % text.length;
    const from = performance.now();
    await call(offset);
    if (index >= 0) {
      times.push(performance.now() - from);
    }
  }
  return times;
}

/** The same text with a different end at each call, as if it were being typed. */
function edited(text: string, count: number): string {
  return `${text}# ${count}\n`;
}

/** The longest step of each parse. */
function longestSteps(text: string, rounds: number): number[] {
  return Array.from({ length: rounds }, (_, round) => {
    const steps = parseSteps(edited(text, round), { fileName: '' });
    let longest = 0;
    for (;;) {
      const from = performance.now();
      const { done } = steps.next();
      longest = Math.max(longest, performance.now() - from);
      if (done) {
        return longest;
      }
    }
  });
}

async function main(): Promise<void> {
  const long: string = longSpec(1000);
  const largest: string = largestSpec();
  // The extension parses a document once for all features.
  const parsed = parseSpec(long, { fileName: '' });
  const options = { language: 'en', dark: true } as const;
  const complete = (text: string) => (offset: number) => completionsAt(text, offset, host);
  const figures: Measured[] = [
    {
      name: 'completion in a spec of 1,000 lines, 95th percentile',
      bar: '< 30',
      times: await timed(long, places, complete(long)),
    },
    {
      name: 'hover in a spec of 1,000 lines, 95th percentile',
      bar: '< 30',
      times: await timed(long, places, (offset) => hoverIn(parsed, parsed.lines.positionAt(offset), options)),
    },
    {
      name: 'diagnostics of a spec of 1,000 lines, 95th percentile',
      bar: '< 50',
      times: await timed(long, places, (offset) => checkSpec(parseSpec(edited(long, offset), { fileName: '' }))),
    },
    {
      name: 'completion in a spec of 256 kB, 95th percentile',
      bar: '< 50',
      times: await timed(largest, places, complete(largest)),
    },
    {
      name: 'longest step of parsing a spec of 64 kB, 95th percentile',
      bar: '< 50',
      times: longestSteps(specOfRows(64_000), Math.max(3, Math.floor(places / 10))),
    },
  ];
  console.log(JSON.stringify(figures));
}

void main();
