/** Runs one measurement in a process of its own. */
import { spawn } from 'node:child_process';
import { mark } from './protocol.mjs';

/**
 * What the process reports as a line of JSON behind the mark; where it reports nothing, `{ error }`. The process is ended after
 * `limit` seconds, and is then `late`.
 */
export function measureApart([command, ...args], { environment = process.env, limit = 60, cwd } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { env: environment, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      errors = (errors + text).slice(-400);
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limit * 1000);
    child.on('error', (error) => {
      clearTimeout(timer);
      done({ error: error.message });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      const line = output.split('\n').findLast((each) => each.startsWith(mark));
      if (line) {
        done(JSON.parse(line.slice(mark.length)));
      } else if (late) {
        done({ error: `took longer than ${limit} s`, late: true });
      } else {
        done({ error: `ended with ${code}: ${errors.trim().split('\n').at(-1) ?? ''}` });
      }
    });
  });
}
