/** Finds the test files of each suite by glob, so that no list of them has to be kept. */
import { globSync } from 'tinyglobby';

/**
 * `where` says who runs a suite: plain mocha, or mocha inside VS Code's extension host.
 * Files named `*.node.test.ts` need Node and are left out of the browser host.
 */
export const suites = {
  unit: { where: 'mocha', glob: 'test/unit/**/*.test.ts' },
  node: { where: 'host', glob: 'test/vscode/**/*.test.ts' },
  browser: { where: 'host', glob: ['test/vscode/**/*.test.ts', '!**/*.node.test.ts'] },
  panel: { where: 'mocha', glob: 'test/panel/**/*.test.ts' },
  workbench: { where: 'mocha', glob: 'test/workbench/**/*.test.ts' },
};

/** The files of a suite, relative to `root`, sorted. */
export function filesOf(name, root) {
  return globSync(suites[name].glob, { cwd: root }).sort();
}
