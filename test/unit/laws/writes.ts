import { codeOnly, importsOf, lineAt, type Source } from './sources';

/** The only files that write: two for disks, one for VS Code's file systems. */
const writers = new Set([
  'src/disk/replaceFile.node.ts',
  'src/disk/diskFolder.node.ts',
  'src/extension/files/writeFile.ts',
]);
/** Other files may import these from Node's file systems: they change nothing. */
const reading = new Set([
  'access',
  'constants',
  'createReadStream',
  'existsSync',
  'fstatSync',
  'lstat',
  'open',
  'readdir',
  'readFile',
  'readFileSync',
  'readSync',
  'readlink',
  'realpath',
  'stat',
]);
const fileSystems = new Set(['fs', 'node:fs', 'fs/promises', 'node:fs/promises']);
const writingCall =
  /\b(?:(?:write|append|copy)File(?:Sync)?|createWriteStream|createDirectory|fs\s*\.\s*(?:write|copy|rename)\w*|createFile|mkdir\w*)\s*\(/g;
/** `open` with another flag than `r`. */
const openToWrite = /\bopen\([^()]*['"](?!r['"])[rwax]s?\+?x?\+?['"]/g;

/** Every place outside the writers that writes a file, or could by what it imports. */
export function breachesOfWriting(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => !writers.has(path))
    .flatMap((source) => {
      const { path, text } = source;
      const code = codeOnly(text);
      const lineOf = (index: number) => `${path}:${lineAt(text, index)}`;
      const calls = [...code.matchAll(writingCall), ...text.matchAll(openToWrite)].map(
        ({ 0: call, index }) => `${lineOf(index)}: ${call}`,
      );
      const imports = importsOf(source)
        .filter(({ specifier, typeOnly }) => !typeOnly && fileSystems.has(specifier))
        .flatMap(({ line }) => {
          const before = text.split('\n').slice(0, line).join('\n');
          const statement = before.slice(before.lastIndexOf('import'));
          const names = /\{([^{}]*)\}/.exec(statement)?.[1].split(',') ?? ['*'];
          return names
            .map((name) => name.trim().split(/\s+as\s+/)[0])
            .filter((name) => name && !name.startsWith('type ') && !reading.has(name))
            .map((name) => `${path}:${line}: imports ${name}`);
        });
      return [...calls, ...imports];
    });
}
