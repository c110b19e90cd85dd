/** A question about the network that a spec starts with, to an engine of its own. */
import type { EngineRequests, ProblemMessage, Started, StartOptions } from '../protocol/engine';
import type { EngineClient } from '../protocol/engineClient';
import { engineHostOf } from './dataFiles';
import { type CliIo, exitStatus } from './io';
import { type FileProblem, fromProblemMessage } from './problemOutput';
import type { SpecFile } from './specFile';

type Question = 'checkGradients' | 'findLearningRate' | 'compareActivations';

type Answer<Q extends Question> = { readonly started: Started; readonly result: EngineRequests[Q]['result'] };

type Failed = { readonly problems: readonly FileProblem[] } | { readonly message: string } | 'cancelled';

/**
 * Asks about a spec without errors. Prints why there is no answer; then it returns the exit status.
 */
export async function askNetwork<Q extends Question>(
  question: Q,
  path: string,
  file: SpecFile & { readonly spec: object },
  io: CliIo,
  print: (problems: readonly FileProblem[]) => void,
  options: Pick<StartOptions, 'seed' | 'threads' | 'backend'> = {},
): Promise<Answer<Q> | number> {
  const outcome = await answerOf(question, path, file, io, options);
  if (outcome === 'cancelled') {
    return exitStatus.interrupted;
  }
  if ('result' in outcome) {
    return outcome;
  }
  if ('problems' in outcome) {
    print(outcome.problems);
  } else {
    io.stderr.write(`${outcome.message}\n`);
  }
  return exitStatus.failed;
}

/** The same, and nothing is printed. */
export function answerOf<Q extends Question>(
  question: Q,
  path: string,
  file: SpecFile & { readonly spec: object },
  io: CliIo,
  options: Partial<StartOptions> = {},
): Promise<Answer<Q> | Failed> {
  return withEngine(path, io, (client) => askWith(client, question, path, file, options));
}

/** Asks an engine of its own, which is ended with the answer, or by an interrupt. */
export async function withEngine<T>(
  path: string,
  io: CliIo,
  ask: (client: EngineClient) => Promise<T>,
): Promise<T | Failed> {
  const { client, died, dispose } = io.startEngine(engineHostOf(path, io));
  let end: (outcome: Failed) => void = () => undefined;
  const ended = new Promise<Failed>((resolve) => {
    end = resolve;
  });
  const interrupt = io.onInterrupt(() => end('cancelled'));
  try {
    void died?.then(({ message }) => end({ message }));
    return await Promise.race([ended, ask(client)]);
  } finally {
    interrupt.dispose();
    dispose();
  }
}

async function askWith<Q extends Question>(
  client: EngineClient,
  question: Q,
  path: string,
  { spec, text, fileName, parsed }: SpecFile & { readonly spec: object },
  options: Partial<StartOptions>,
): Promise<Answer<Q> | Failed> {
  const found = new Promise<Started | readonly ProblemMessage[] | string>((resolve) => {
    client.onEvent((event) => {
      if (event.type === 'started') {
        resolve(event.started);
      }
      if (event.type === 'refused') {
        resolve(event.problems);
      }
      if (event.type === 'failed') {
        resolve(event.failure.message);
      }
    });
  });
  const start = { spec, specText: text, fileName, ...options, paused: true, inspect: true };
  const answer = await client.ask('start', start);
  if ('err' in answer) {
    return { message: answer.err.message };
  }
  const started = await found;
  if (typeof started === 'string') {
    return { message: started };
  }
  if (!('layers' in started)) {
    return { problems: started.map((each) => fromProblemMessage(path, each, parsed)) };
  }
  const reply = await client.ask(question, null);
  return 'ok' in reply ? { started, result: reply.ok } : { message: reply.err.message };
}
