/**
 * `lock`: says who trains a run, so that others can tell a run that lives from one whose process was killed.
 */
import { isRecord } from '../common/isRecord';
import { parseJson } from '../common/parseJson';

/** Milliseconds between two touches of the lock of a run that lives. */
export const lockInterval = 5000;
/** Milliseconds after which an untouched lock of another machine counts as abandoned. */
const patience = 60_000;

/** A process, as the lock names it. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, in the system's own form: ids of processes are used again. */
  readonly started: string;
}

/** This process, and what it can find out about others of its machine. */
export interface Here extends Holder {
  isAlive(holder: Holder): boolean;
}

export function lockText({ host, pid, started }: Holder): string {
  return `${JSON.stringify({ host, pid, started })}\n`;
}

/**
 * Whether the run of a lock still lives. On this machine the process decides; elsewhere the time since the
 * lock was touched. Clocks of machines may differ, so that time may be negative. An unreadable lock, torn by
 * a power failure, goes by its time as well.
 */
export function isHeld(text: string, touched: number, now: number, here: Here): boolean {
  const holder = readHolder(text);
  return holder?.host === here.host ? here.isAlive(holder) : Math.abs(now - touched) < patience;
}

function readHolder(text: string): Holder | undefined {
  const object = parseJson(text);
  if (isRecord(object)) {
    const { host, pid, started } = object;
    if (typeof host === 'string' && Number.isSafeInteger(pid) && typeof started === 'string') {
      return { host, pid: pid as number, started };
    }
  }
  return undefined;
}
