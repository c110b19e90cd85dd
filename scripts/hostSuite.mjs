/**
 * Runs the suite in test/vscode inside VS Code's extension hosts: in the workbench, or in a downloaded
 * desktop.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './bare.mjs';
import { openSession } from './session.mjs';
import { filesOf } from './suites.mjs';

/** The suite's lines begin with one of these. All other lines on the console come from the editor. */
const lineMark = 'nnspec-test: ';
const reportMark = 'nnspec-test-report: ';
/** The suite is aborted after this number of milliseconds without a line from it. */
const patience = 5 * 60_000;

/**
 * @param {'node' | 'browser'} host
 * @param {(text: string) => void} [print] gets the output of the suite
 * @returns {Promise<{ passed: boolean, stats?: object, found: number, ran: number }>}
 */
export async function runHostSuite(host, print = console.log) {
  const files = filesOf(host, root);
  print(`\n${host} extension host: found ${files.length} test file(s)`);
  const editorLines = [];
  let report;
  let finish;
  const finished = new Promise((done) => {
    finish = done;
  });
  let timer;
  const waitOn = () => {
    clearTimeout(timer);
    timer = setTimeout(() => finish(`nothing came for ${patience / 60_000} minutes`), patience).unref();
  };
  const session = await openSession({
    folder: join(root, 'examples'),
    host,
    motion: false,
    tests: `dist/test/vscode/${host}`,
    say: print,
    async prepare(page) {
      await page.exposeFunction('codeAutomationLog', (_type, args) => {
        waitOn();
        const line = args.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
        if (line.startsWith(reportMark)) {
          report = JSON.parse(line.slice(reportMark.length));
        } else if (line.startsWith(lineMark)) {
          print(line.slice(lineMark.length));
        } else {
          editorLines.push(line);
        }
      });
      await page.exposeFunction('codeAutomationExit', (code) => finish(code));
      page.on('crash', () => finish('the page crashed'));
    },
  });
  waitOn();
  try {
    const code = await finished;
    if (!report) {
      print(editorLines.join('\n'));
    }
    if (code !== 0) {
      print(`The suite in the ${host} host ended with: ${code}`);
    }
    return judge(files, report, code === 0, print);
  } finally {
    clearTimeout(timer);
    await session.close();
  }
}

function judge(files, report, ok, print) {
  const ran = new Set(report?.files ?? []);
  const missed = files.filter((file) => !ran.has(file));
  for (const file of missed) {
    print(`${file}: no test in it ran`);
  }
  const passed = ok && report !== undefined && report.stats.failures === 0 && missed.length === 0;
  return { passed, stats: report?.stats, found: files.length, ran: ran.size };
}

/** The same suite in desktop VS Codes, downloaded: the oldest that the manifest allows, and the newest. */
export async function runDesktopSuite() {
  const { runTests } = await import('@vscode/test-electron');
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const version of [engines.vscode.replace(/^\^/, ''), 'stable']) {
    console.log(`\ndesktop ${version}: found ${filesOf('node', root).length} test file(s)`);
    const base = mkdtempSync(join(tmpdir(), 'nnspec-test-'));
    try {
      cpSync(join(root, 'examples'), join(base, 'workspace'), { recursive: true });
      await runTests({
        version,
        extensionDevelopmentPath: root,
        extensionTestsPath: join(root, 'dist/test/vscode/node'),
        launchArgs: [join(base, 'workspace'), '--user-data-dir', join(base, 'user'), '--disable-workspace-trust'],
      });
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  }
}
