#!/usr/bin/env node
/** `npm run package`: builds and makes the VSIX. Fails on any warning, and if the VSIX is too large. */
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureInstalled, root, runMain, runScript } from './bare.mjs';

/** Largest size of the VSIX in bytes. */
const limit = 1_300_000;

await runMain(async () => {
  await ensureInstalled(console.log);
  await runScript('build.mjs', ['--production']);
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const file = join(root, `${name}-${version}.vsix`);
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    // The README's links stay relative: the project has no public address.
    [
      'node_modules/@vscode/vsce/vsce',
      'package',
      '--allow-missing-repository',
      '--no-rewrite-relative-links',
      '--out',
      file,
    ],
    { cwd: root },
  );
  console.log(stdout.trim());
  const warned = /warning/i.test(stdout + stderr);
  if (warned) {
    console.error(`vsce warned:\n${stderr}`);
  }
  const size = statSync(file).size;
  const tooLarge = size > limit;
  console.log(`${file}: ${size} bytes`);
  if (tooLarge) {
    console.error(`The VSIX is larger than ${limit} bytes.`);
  }
  process.exitCode = warned || tooLarge ? 1 : 0;
});
