#!/usr/bin/env node
/**
 * Builds everything into dist/.
 * With --tests also the suite that runs inside VS Code; the other suites are bundled when they are run.
 *   node scripts/build.mjs [--production] [--tests] [--watch] [--quiet]
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { filesOf } from './suites.mjs';
import { mergeTranslations } from './translations.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const extensionRoom = join(root, 'src/extension');
const nodeEntry = 'src/extension/entry.node.ts';

/** In a browser bundle `./port.node` means its twin `./port.web`, where there is one. */
const platformTwins = {
  name: 'platform-twins',
  setup(build) {
    build.onResolve({ filter: /^\..*\.node$/ }, ({ path, resolveDir }) => {
      const twin = join(resolveDir, path.replace(/\.node$/, '.web.ts'));
      return existsSync(twin) ? { path: twin } : undefined;
    });
  },
};

/** Mocha's browser build in a module of its own would take the suite's `module` for its own; here it goes on the global object. */
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

/** What every bundle has in common. */
function common(production) {
  return {
    absWorkingDir: root,
    bundle: true,
    logLevel: 'warning',
    legalComments: 'none',
    // Escaped, Korean would take twice the room.
    charset: 'utf8',
    minify: production,
    sourcemap: production ? false : 'linked',
    sourcesContent: false,
    define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
    loader: { '.csv': 'text', '.svg': 'text' },
  };
}

const node = { platform: 'node', format: 'cjs', target: 'node20' };
const browser = { platform: 'browser', target: 'es2022', plugins: [platformTwins] };

/**
 * What Node's entry imports when it is first needed, relative to src/extension: its bundle lets these modules come out of
 * the browser's bundle. So activation reads a few kilobytes, and the package holds everything once.
 */
async function laterModules() {
  const found = new Set();
  const record = {
    name: 'record',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') {
          return undefined;
        }
        found.add(laterName(join(resolveDir, path)));
        return { path, external: true };
      });
    },
  };
  const entry = { ...common(true), ...node, external: ['vscode'], plugins: [record], entryPoints: [nodeEntry] };
  await esbuild.build({ ...entry, write: false });
  return [...found].sort();
}

function laterName(path) {
  const name = relative(extensionRoom, path).replaceAll('\\', '/');
  return name.startsWith('.') ? name : `./${name}`;
}

/** In Node's bundle: a module of `later` is that of the browser's bundle, which is handed what Node has before. */
function laterOutOf(browserBundle, later) {
  return {
    name: 'later',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') {
          return undefined;
        }
        const name = laterName(join(resolveDir, path));
        if (later.includes(name)) {
          return { path: name, namespace: 'later' };
        }
        return { errors: [{ text: `${name} is new among what is loaded later; build anew` }] };
      });
      build.onLoad({ filter: /^/, namespace: 'later' }, ({ path }) => ({
        // The bundle first: where it cannot be read, nothing remembers that, and the next call tries again.
        contents: `const { later } = require('./entry.web');\nrequire('./later.node');\nmodule.exports = later(${JSON.stringify(path)});`,
        resolveDir: extensionRoom,
      }));
      build.onResolve({ filter: /^\.\/entry\.web$/ }, () => ({ path: browserBundle, external: true }));
    },
  };
}

/** The browser's entry, and with it what Node's asks for by name. */
function browserEntry(later) {
  const parts = later.map((name) => `  ${JSON.stringify(name)}: () => require(${JSON.stringify(name)}),`);
  return {
    contents: `export * from './entry.web';\nconst parts = {\n${parts.join('\n')}\n};\nexport const later = (name) => parts[name]();\n`,
    resolveDir: extensionRoom,
    sourcefile: 'extension.web.ts',
    loader: 'ts',
  };
}

/** The two bundles of the extension. Node's hosts read `extension.js` and, when more is needed, parts of the other. */
export async function extensionBundles(production) {
  const base = { ...common(production), external: ['vscode'] };
  const later = await laterModules();
  return [
    {
      ...base,
      ...node,
      plugins: [laterOutOf('./extension.web.js', later)],
      entryPoints: [nodeEntry],
      outfile: 'dist/extension.js',
    },
    { ...base, ...browser, format: 'cjs', stdin: browserEntry(later), outfile: 'dist/extension.web.js' },
  ];
}

/** In the bundle of Node's engine process: the engine is that of the worker's bundle beside it. */
const engineOutOfWorker = {
  name: 'engine-out-of-worker',
  setup(build) {
    build.onResolve({ filter: /^\.\/engineCode$/ }, () => ({ path: './engineWorker.js', external: true }));
  },
};

/** The two bundles of the engine: of Node's process, which reads the other, and of the browser's worker. */
export function engineBundles(production) {
  const base = common(production);
  return [
    {
      ...base,
      ...node,
      plugins: [engineOutOfWorker],
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

/** The product's bundles. */
async function productBundles(production) {
  const base = common(production);
  return [
    ...(await extensionBundles(production)),
    {
      ...base,
      ...node,
      entryPoints: ['src/cli/main.ts'],
      outfile: 'dist/cli.js',
      banner: { js: '#!/usr/bin/env node' },
    },
    ...engineBundles(production),
    { ...base, ...node, entryPoints: ['src/server/threadEntry.node.ts'], outfile: 'dist/engineThread.js' },
    {
      ...base,
      ...browser,
      format: 'iife',
      target: 'chrome134',
      entryPoints: { panel: 'webview/panel/main.ts', gallery: 'webview/gallery/main.ts' },
      outdir: 'dist/webview',
    },
  ];
}

/** A module that hands every file of a suite to the runner inside VS Code. */
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

/** The bundle of a suite that plain mocha runs; what a test merely drives (a browser, a bundler) stays outside it. */
export function mochaBundle(files, outdir) {
  const base = common(false);
  return {
    ...base,
    ...node,
    // Scripts that a test calls find the project from where they stand, not from where they were bundled to.
    define: { ...base.define, 'import.meta.url': JSON.stringify(import.meta.url) },
    sourcesContent: true,
    external: ['esbuild', 'fast-check', 'mocha', 'playwright-core', '@vscode/l10n-dev', '@vscode/vsce', 'tinyglobby'],
    entryPoints: files,
    outbase: 'test',
    outdir,
  };
}

/** The two bundles of the suite that runs inside VS Code's extension hosts. */
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

/** Merges the rooms' Korean into the one bundle that VS Code and the command line read. */
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

/** Formula pictures; the script keeps those whose source has not changed. */
async function buildFormulas() {
  const { buildFormulas: build } = await import(pathToFileURL(join(root, 'scripts/formulas.mjs')).href);
  await build();
}

/** The language as a JSON Schema, from the same tables that the product reads. */
async function buildSchema() {
  const { importSource } = await import(pathToFileURL(join(root, 'scripts/importSource.mjs')).href);
  const { jsonSchema } = await importSource('src/language/index.ts');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'nnspec.schema.json'), `${JSON.stringify(jsonSchema())}\n`);
  console.log('built dist/nnspec.schema.json');
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
  // Old bundles of tests that no longer exist must not run.
  if (values.tests) {
    rmSync(join(dist, 'test'), { recursive: true, force: true });
  }
  const bundles = [...(await productBundles(values.production ?? false)), ...(values.tests ? hostBundles() : [])];
  if (!values.watch) {
    await Promise.all([
      ...bundles.map((options) => esbuild.build(options)),
      buildTranslations(),
      buildFormulas(),
      buildSchema(),
    ]);
    return;
  }
  buildTranslations();
  await Promise.all([buildFormulas(), buildSchema()]);
  watch(join(root, 'l10n'), (_, file) => {
    try {
      if (file?.endsWith('.json')) {
        buildTranslations();
      }
    } catch (error) {
      // A file is often half written when its change is seen; the next change mends it.
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
    // What esbuild found it has printed itself.
    if (!error.errors) {
      console.error(error.message);
    }
    process.exitCode = 1;
  });
}
