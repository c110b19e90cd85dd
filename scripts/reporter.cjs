/**
 * Mocha's spec reporter, which also writes `{ stats, files }` to the file that NNSPEC_TEST_REPORT names:
 * `files` are the bundles in which at least one test ran.
 */
const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const { default: mocha, reporters } = require('mocha');

const { Spec } = reporters ?? mocha.reporters;

module.exports = class extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const files = new Set();
    runner.on('test end', (test) => files.add(relative(process.cwd(), test.file)));
    runner.on('retry', (test, error) => {
      console.log(`    tried again after a failure: ${test.fullTitle()}\n${error.stack}`);
    });
    runner.once('end', () => {
      const report = process.env.NNSPEC_TEST_REPORT;
      if (report) {
        writeFileSync(report, JSON.stringify({ stats: this.stats, files: [...files].sort() }));
      }
    });
  }
};
