import type { ServerEnvironment } from './environment';

/** Milliseconds of a chunk: as long as a probe or a stop may have to wait. */
export const chunkTime = 10;

type Turns = Pick<ServerEnvironment, 'now' | 'schedule'>;

interface ChunkOptions<Step> {
  readonly cancelled: () => boolean;
  readonly onChunk?: (step: Step) => void;
}

/**
 * Does a piece of work that yields now and then, in chunks of about 10 milliseconds, so that messages come in between. Undefined where
 * `cancelled` says so before the work is done. Rejects with what the work throws.
 */
export function inChunks<Step, Result>(work: Generator<Step, Result>, environment: Turns): Promise<Result>;
export function inChunks<Step, Result>(
  work: Generator<Step, Result>,
  environment: Turns,
  options: ChunkOptions<Step>,
): Promise<Result | undefined>;
export function inChunks<Step, Result>(
  work: Generator<Step, Result>,
  environment: Turns,
  options?: ChunkOptions<Step>,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const chunk = (): void => {
      if (options?.cancelled()) {
        resolve(undefined);
        return;
      }
      const deadline = environment.now() + chunkTime;
      try {
        for (;;) {
          const { done, value } = work.next();
          if (done) {
            resolve(value);
            return;
          }
          if (environment.now() >= deadline) {
            options?.onChunk?.(value);
            break;
          }
        }
      } catch (error) {
        reject(error);
        return;
      }
      environment.schedule(chunk);
    };
    environment.schedule(chunk);
  });
}
