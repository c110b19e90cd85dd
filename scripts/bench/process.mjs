/** Runs one measurement in its own process. */
import { spawn } from 'node:child_process';
import { mark } from './protocol.mjs';

/**
 * The JSON that the process prints in a line that begins with the mark; `{ error }` if it prints none. The
 * process is killed after `limit` seconds, which sets `late`.
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
