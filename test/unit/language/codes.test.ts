import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileCodes, lessonCodes, networkCodes } from '../../../src/language/index';

const root = process.cwd();
const page = readFileSync(join(root, 'docs/language.md'), 'utf8');
const section = (title: string, level: string) =>
  page.split(`\n${level} ${title}\n`)[1].split(new RegExp(`\n#{1,${level.length}} `))[0];
const sources = ['src/language', 'src/spec'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts') && name !== 'codes.ts')
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);

describe('The language reference', () => {
  it('explains every code, and none that does not exist', () => {
    const inTable = (title: string) =>
      [...section(title, '###').matchAll(/^\| `([a-z0-9-]+)`/gm)].map((match) => match[1]);
    assert.deepEqual(inTable('The file'), [...fileCodes]);
    assert.deepEqual(inTable('The network'), [...networkCodes]);
    const headings = [...section('The lesson', '###').matchAll(/^#### ([a-z-]+)$/gm)].map((match) => match[1]);
    assert.deepEqual(headings.sort(), [...lessonCodes]);
  });

  it('lists only codes that some check reports', () => {
    for (const code of [...fileCodes, ...networkCodes, ...lessonCodes]) {
      assert.ok(
        sources.some((source) => source.includes(`'${code}'`)),
        code,
      );
    }
  });
});
