#!/usr/bin/env node
/**
 * Builds everything into dist/. With --tests also the suite that runs inside VS Code; each other suite is
 * bundled by the script that runs it.
 *   node scripts/build.mjs [--production] [--tests] [--watch] [--quiet]
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { root } from './bare.mjs';
import { buildFormulas } from './formulas.mjs';
import { importSource } from './importSource.mjs';
import { filesOf } from './suites.mjs';
import { mergeTranslations } from './translations.mjs';

/**
 * Files that bundles hold as text.
 * @type {Record<string, import('esbuild').Loader>}
 */
export const textFiles = { '.c': 'text', '.csv': 'text', '.svg': 'text' };

const dist = join(root, 'dist');

/** Resolves an import of `./port.node` in a browser bundle to `./port.web.ts`, if that file exists. */
const platformTwins = {
  name: 'platform-twins',
  setup(build) {
    build.onResolve({ filter: /^\..*\.node$/ }, ({ path, resolveDir }) => {
      const twin = join(resolveDir, path.replace(/\.node$/, '.web.ts'));
      return existsSync(twin) ? { path: twin } : undefined;
    });
  },
};

/** Hides `module` and `exports` from Mocha's browser build: with them it would not set a global `Mocha`. */
const globalMocha = {
  name: 'global-mocha',
  setup(build) {
    build.onLoad({ filter: /[\\/]mocha[\\/]mocha\.js$/ }, ({ path }) => ({
      contents: `(function (exports, module) {${readFileSync(path, 'utf8')}\n})();`,
    }));
  },
};

const reportErrors = {
  name: 'report',
  setup(build) {
    build.onEnd(({ errors }) => {
      const name = relative(root, build.initialOptions.outfile ?? build.initialOptions.outdir);
      console.log(errors.length ? `${name}: ${errors.length} error(s)` : `built ${name}`);
    });
  },
};

/** Options of every bundle. */
function common(production) {
  return {
    absWorkingDir: root,
    bundle: true,
    logLevel: 'warning',
    legalComments: 'none',
    // Unescaped: Korean text takes half the bytes.
    charset: 'utf8',
    minify: production,
    sourcemap: production ? false : 'linked',
    sourcesContent: false,
    define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
    loader: textFiles,
  };
}

const node = { platform: 'node', format: 'cjs', target: 'node20' };
const browser = { platform: 'browser', target: 'es2022', plugins: [platformTwins] };

/**
 * Replaces the import of a module by a `require` of `bundle`, a file in the same folder that contains the
 * module. So the package does not contain the module twice.
 */
function requiredFrom(bundle, module) {
  return {
    name: 'required-from',
    setup(build) {
      build.onResolve({ filter: module }, () => ({ path: bundle, external: true }));
    },
  };
}

/** The extension's bundles for Node and for browsers. */
export function extensionBundles(production) {
  const base = { ...common(production), external: ['vscode'] };
  return [
    {
      ...base,
      ...node,
      plugins: [requiredFrom('./extension.web.js', /^\.\/entry\.web$/)],
      // import() becomes require(), by which VS Code gives the other file its module `vscode`.
      supported: { 'dynamic-import': false },
      entryPoints: ['src/extension/entry.node.ts'],
      outfile: 'dist/extension.js',
    },
    {
      ...base,
      ...browser,
      format: 'cjs',
      entryPoints: ['src/extension/entry.web.ts'],
      outfile: 'dist/extension.web.js',
    },
  ];
}

/** The engine's bundles for Node's process and for the browser's worker. The first requires the second. */
export function engineBundles(production) {
  const base = common(production);
  return [
    {
      ...base,
      ...node,
      plugins: [requiredFrom('./engineWorker.js', /^\.\/engineCode$/)],
      entryPoints: ['src/server/childEntry.node.ts'],
      outfile: 'dist/engineChild.js',
    },
    {
      ...base,
      ...browser,
      format: 'iife',
      globalName: 'engine',
      footer: { js: "if(typeof module==='object')module.exports=engine;" },
      entryPoints: ['src/server/workerEntry.web.ts'],
      outfile: 'dist/engineWorker.js',
    },
  ];
}

/**
 * The pages. The charts of two of them are in a file of their own, dist/webview/shared.js: the package does
 * not contain them twice. Its name holds no hash, so that no old one stays behind.
 */
function webviewBundles(production) {
  const base = { ...common(production), ...browser, format: 'esm', target: 'chrome134', outdir: 'dist/webview' };
  return [
    {
      ...base,
      splitting: true,
      chunkNames: 'shared',
      entryPoints: { panel: 'webview/panel/main.ts', compare: 'webview/compare/main.ts' },
    },
    {
      ...base,
      entryPoints: {
        gallery: 'webview/gallery/main.ts',
        lesson: 'webview/lesson/main.ts',
        question: 'webview/lesson/question.ts',
      },
    },
  ];
}

function productBundles(production) {
  const base = common(production);
  return [
    ...extensionBundles(production),
    {
      ...base,
      ...node,
      entryPoints: ['src/cli/main.ts'],
      outfile: 'dist/cli.js',
      banner: { js: '#!/usr/bin/env node' },
    },
    ...engineBundles(production),
    { ...base, ...node, entryPoints: ['src/server/threadEntry.node.ts'], outfile: 'dist/engineThread.js' },
    ...webviewBundles(production),
  ];
}

/** The entry of a suite that runs inside VS Code: passes every test file to the runner. */
function hostEntry(name) {
  const files = filesOf(name, root).map((file) => {
    const path = JSON.stringify(`./${relative('test/vscode', file).replaceAll('\\', '/')}`);
    return `  { file: ${JSON.stringify(file)}, load: () => require(${path}) },`;
  });
  return {
    contents: `import { runFiles } from './runFiles';\nexport const run = () => runFiles([\n${files.join('\n')}\n]);\n`,
    resolveDir: join(root, 'test/vscode'),
    sourcefile: `${name}-suite.ts`,
    loader: 'ts',
  };
}

/** The bundles of a suite that plain mocha runs: one per test file, and chunks for the modules they share. */
export function mochaBundles(files, outdir) {
  const base = common(false);
  return {
    ...base,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    // Scripts find the project's folder from their own address. Bundled, they get this script's instead.
    define: { ...base.define, 'import.meta.url': JSON.stringify(import.meta.url) },
    packages: 'external',
    entryPoints: files,
    outbase: 'test',
    outdir,
  };
}

/** The bundles of the suite that runs inside VS Code: for Node's extension host and for the browser's. */
function hostBundles() {
  const base = { ...common(false), sourcesContent: true, external: ['vscode'] };
  return [
    { ...base, ...node, plugins: [globalMocha], stdin: hostEntry('node'), outfile: 'dist/test/vscode/node.js' },
    {
      ...base,
      ...browser,
      plugins: [platformTwins, globalMocha],
      format: 'cjs',
      stdin: hostEntry('browser'),
      outfile: 'dist/test/vscode/browser.js',
    },
  ];
}

/** Merges the Korean translations in l10n/ into the one file that VS Code and the command line read. */
function buildTranslations() {
  const folder = join(root, 'l10n');
  const sources = readdirSync(folder)
    .filter((file) => file.endsWith('.ko.json'))
    .sort()
    .map((file) => ({ file, messages: JSON.parse(readFileSync(join(folder, file), 'utf8')) }));
  const { merged, conflicts } = mergeTranslations(sources);
  if (conflicts.length) {
    throw new Error(`One sentence has two translations:\n${conflicts.join('\n')}`);
  }
  mkdirSync(join(dist, 'l10n'), { recursive: true });
  writeFileSync(join(dist, 'l10n/bundle.l10n.ko.json'), `${JSON.stringify(merged, null, 1)}\n`);
  console.log(`built dist/l10n: ${Object.keys(merged).length} sentences in Korean`);
}

/** Writes the JSON Schema of the language, made from the product's own tables. */
async function buildSchema() {
  const { jsonSchema } = await importSource('src/language/index.ts');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'nnspec.schema.json'), `${JSON.stringify(jsonSchema('en'))}\n`);
  console.log('built dist/nnspec.schema.json');
}

/** Writes the lessons with their answers encoded, and a list of them for each language. */
async function buildLessons() {
  const { byOrder, encodeAnswers, entryOfLesson } = await importSource('src/lessons/shipped.ts');
  rmSync(join(dist, 'lessons'), { recursive: true, force: true });
  for (const language of readdirSync(join(root, 'lessons'))) {
    const [from, to] = [join(root, 'lessons', language), join(dist, 'lessons', language)];
    mkdirSync(to, { recursive: true });
    const entries = readdirSync(from).map((file) => {
      const text = readFileSync(join(from, file), 'utf8');
      writeFileSync(join(to, file), encodeAnswers(text));
      return entryOfLesson(file, text);
    });
    writeFileSync(join(to, 'index.json'), `${JSON.stringify(entries.sort(byOrder))}\n`);
  }
  console.log('built dist/lessons');
}

async function main() {
  const { values } = parseArgs({
    options: {
      production: { type: 'boolean' },
      tests: { type: 'boolean' },
      watch: { type: 'boolean' },
      quiet: { type: 'boolean' },
    },
  });
  if (values.quiet) {
    console.log = () => {};
  }
  // A bundle of a test that was deleted must not run.
  if (values.tests) {
    rmSync(join(dist, 'test'), { recursive: true, force: true });
  }
  const bundles = [...productBundles(values.production ?? false), ...(values.tests ? hostBundles() : [])];
  if (!values.watch) {
    await Promise.all([
      ...bundles.map((options) => esbuild.build(options)),
      buildTranslations(),
      buildFormulas(),
      buildSchema(),
      buildLessons(),
    ]);
    return;
  }
  buildTranslations();
  await Promise.all([buildFormulas(), buildSchema(), buildLessons()]);
  watch(join(root, 'l10n'), (_, file) => {
    try {
      if (file?.endsWith('.json')) {
        buildTranslations();
      }
    } catch (error) {
      // The file may be only half written. The next change builds it again.
      console.error(error.message);
    }
  });
  for (const options of bundles) {
    const context = await esbuild.context({ ...options, plugins: [...(options.plugins ?? []), reportErrors] });
    await context.watch();
  }
  console.log('watching…');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    // esbuild has printed its own errors already.
    if (!error.errors) {
      console.error(error.message);
    }
    process.exitCode = 1;
  });
}
