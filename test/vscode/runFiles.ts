/** Runs test files with mocha inside an extension host. Both hosts use mocha's browser build. */
import 'mocha/mocha.js';

interface TestFile {
  readonly file: string;
  load(): unknown;
}

/** Mocha's browser build defines a global. */
const browserMocha = globalThis as unknown as { Mocha: typeof Mocha; mocha: BrowserMocha };
type BrowserMocha = Mocha & { setup(options: object): void };

/**
 * Loads and runs the files. Rejects if a test failed, so that the editor exits with an error. The last line
 * of output has the statistics and the files that ran, for the program that started the host.
 */
export async function runFiles(files: readonly TestFile[]): Promise<void> {
  const { mocha } = browserMocha;
  mocha.setup({ ui: 'bdd', timeout: 120_000, reporter: function silent() {} });
  for (const { file, load } of files) {
    mocha.suite.emit('pre-require', globalThis, file, mocha);
    load();
  }
  const ran = new Set<string>();
  const failures = await new Promise<number>((done) => {
    // The `run` of the browser build reads the page's location, which an extension host does not have.
    const runner = browserMocha.Mocha.prototype.run.call(mocha, done);
    runner.on('test end', (test) => {
      if (test.parent) {
        ran.add(fileOf(test.parent));
      }
    });
    narrate(runner);
    runner.once('end', () => {
      console.log(`nnspec-test-report: ${JSON.stringify({ stats: runner.stats, files: [...ran].sort() })}`);
    });
  });
  if (failures > 0) {
    throw new Error(`${failures} test(s) failed.`);
  }
}

/** Prints with a prefix, to distinguish these lines from the editor's output. */
function say(text: string): void {
  for (const line of text.split('\n')) {
    console.log(`nnspec-test: ${line}`);
  }
}

function fileOf(suite: Mocha.Suite): string {
  return suite.file ?? (suite.parent ? fileOf(suite.parent) : '');
}

/** Prints like mocha's spec reporter, which needs a terminal. */
function narrate(runner: Mocha.Runner): void {
  const failed: { title: string; error: Error }[] = [];
  let depth = 0;
  const print = (text: string) => say(`${'  '.repeat(depth)}${text}`);
  runner.on('suite', (suite) => {
    if (!suite.root) {
      print(suite.title);
    }
    depth += 1;
  });
  runner.on('suite end', () => {
    depth -= 1;
  });
  runner.on('pass', (test) => print(`✔ ${test.title} (${test.duration} ms)`));
  runner.on('pending', (test) => print(`- ${test.title}`));
  runner.on('fail', (test, error) => {
    failed.push({ title: test.fullTitle(), error });
    print(`${failed.length}) ${test.title}`);
  });
  runner.once('end', () => {
    const { passes = 0, failures = 0, pending = 0, duration = 0 } = runner.stats ?? {};
    say(`\n  ${passes} passing (${Math.round(duration / 1000)}s)`);
    if (pending) {
      say(`  ${pending} pending`);
    }
    if (failures) {
      say(`  ${failures} failing`);
    }
    for (const [index, { title, error }] of failed.entries()) {
      say(`\n  ${index + 1}) ${title}:\n${error.stack ?? error.message}`);
    }
  });
}
