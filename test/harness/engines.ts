import { readdirSync, readFileSync } from 'node:fs';

/** The engine processes that descend from a process (where the system has /proc). */
export function enginesOf(ancestor: number): { readonly pid: number; readonly parent: number }[] {
  const parents = new Map<number, number>();
  const engines: number[] = [];
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      // The fields after the name, which is in brackets: state, then the parent.
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ')[1]));
      if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('engineChild.js')) {
        engines.push(Number(name));
      }
    } catch {
      // The process has ended meanwhile.
    }
  }
  const isBelow = (pid: number): boolean => pid === ancestor || (parents.has(pid) && isBelow(parents.get(pid) ?? 0));
  return engines.filter(isBelow).map((pid) => ({ pid, parent: parents.get(pid) ?? 0 }));
}
