/** Processes below another one, where the system has /proc. */
import { readdirSync, readFileSync } from 'node:fs';

const pageBytes = 4096;

/**
 * @param {number} ancestor
 * @param {string} word only processes whose command line contains it
 * @returns {{ pid: number, parent: number, bytes: number }[]} `bytes` is the memory that is resident
 */
export function processesBelow(ancestor, word) {
  const found = new Map();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      // The fields after the name, which is in brackets: state, then the parent.
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1).split(' ')[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      const bytes = Number(readFileSync(`/proc/${name}/statm`, 'utf8').split(' ')[1]) * pageBytes;
      found.set(Number(name), { pid: Number(name), parent, bytes, command });
    } catch {
      // The process has ended meanwhile.
    }
  }
  const isBelow = ({ pid, parent }) => pid === ancestor || (found.has(parent) && isBelow(found.get(parent)));
  return [...found.values()].filter((each) => each.command.includes(word) && isBelow(each));
}
