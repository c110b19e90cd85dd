/** This process, and whether another one of this machine still lives: for locks of kept runs. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from './codeOf';

interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly started: string;
}

export const here: Holder & { isAlive(holder: Holder): boolean } = {
  host: hostname(),
  pid: process.pid,
  started: startOf(process.pid) ?? '',
  isAlive: ({ pid, started }) => exists(pid) && [started, undefined].includes(startOf(pid)),
};

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else may not be sent a signal.
    return codeOf(error) === 'EPERM';
  }
}

/**
 * When a process started, in ticks since the machine did; undefined where the system does not say so in a
 * file, and empty for one that has ended. In `/proc/<pid>/stat` it is the 20th field after the name, which
 * may hold spaces and parentheses. The first is the state.
 */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A process that was killed stays as a zombie until its parent has asked for its status.
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : fields[19];
  } catch {
    return undefined;
  }
}
