/** The suites. Their test files are found by glob, so that no list has to be maintained. */
import { globSync } from 'tinyglobby';

/**
 * `where` says where mocha runs a suite: in Node (`mocha`), or inside VS Code's extension host (`host`).
 * Files named `*.node.test.ts` do not run in the browser's host: they need Node, or test code that is the
 * same in both hosts. (Single tests of such code are declared by `itOnce`.) Those named `*.long.test.ts` take
 * many seconds each, so `npm run test:unit` leaves them to `npm test`.
 */
export const suites = {
  unit: { where: 'mocha', glob: ['test/unit/**/*.test.ts', '!**/*.long.test.ts'] },
  long: { where: 'mocha', glob: 'test/unit/**/*.long.test.ts' },
  node: { where: 'host', glob: 'test/vscode/**/*.test.ts' },
  browser: { where: 'host', glob: ['test/vscode/**/*.test.ts', '!**/*.node.test.ts'] },
  panel: { where: 'mocha', glob: 'test/panel/**/*.test.ts' },
  /** Needs a Python with PyTorch: run by `npm run test:python` alone. */
  python: { where: 'mocha', glob: 'test/python/**/*.test.ts' },
  workbench: { where: 'mocha', glob: 'test/workbench/**/*.test.ts' },
};

/** The files of a suite, relative to `root`, sorted. */
export function filesOf(name, root) {
  return globSync(suites[name].glob, { cwd: root }).sort();
}
