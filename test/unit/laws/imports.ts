import { builtinModules } from 'node:module';
import { importsOf, resolveImport, type Source } from './sources';

/** The rooms and packages that a room may import (src/README.md). From `types` it may import only types. */
interface Rule {
  readonly rooms: readonly string[];
  readonly types?: readonly string[];
  readonly packages?: readonly string[];
}

const core = ['common', 'spec'];
const all = [
  ...core,
  'assembler',
  'language',
  'lessons',
  'engine',
  'data',
  'runs',
  'protocol',
  'server',
  'disk',
  'export',
];

const charts = ['chart.js', 'chartjs-plugin-zoom'];

/** The package `@vscode/l10n` is allowed in every room. */
export const rules: Readonly<Record<string, Rule>> = {
  common: { rooms: [] },
  spec: { rooms: ['common'] },
  language: { rooms: core, packages: ['yaml'] },
  assembler: { rooms: [] },
  lessons: { rooms: [...core, 'language'] },
  engine: { rooms: [...core, 'assembler'] },
  data: {
    rooms: [...core, 'assembler'],
    packages: ['fflate', 'fzstd', 'hyparquet', 'hyparquet-compressors', 'papaparse'],
  },
  runs: { rooms: ['common'] },
  disk: { rooms: [] },
  export: { rooms: core },
  protocol: { rooms: ['common'], types: ['spec', 'runs'] },
  server: { rooms: [...core, 'engine', 'data', 'protocol', 'export', 'disk'], types: ['runs'] },
  cli: { rooms: all },
  extension: { rooms: all, packages: ['vscode'] },
  'webview/shared': { rooms: ['common', 'protocol'], types: ['runs'], packages: charts },
  'webview/panel': {
    rooms: ['common', 'protocol', 'webview/shared'],
    types: ['runs'],
    packages: [...charts, 'gifenc'],
  },
  'webview/compare': {
    rooms: ['common', 'protocol', 'webview/shared'],
    types: ['runs'],
    packages: [...charts, 'chartjs-chart-pcp', '@tanstack/table-core'],
  },
  'webview/lesson': {
    rooms: ['common', 'protocol', 'webview/panel', 'webview/shared'],
    types: ['runs'],
  },
  'webview/gallery': { rooms: ['common', 'protocol', 'webview/shared'] },
};

export function roomOf(path: string): string {
  const [top, second] = path.split('/');
  return top === 'src' ? second : `${top}/${second}`;
}

/** Law 1: imports follow the table. */
export function breachesOfTable(sources: readonly Source[]): string[] {
  const paths = new Set(sources.map(({ path }) => path));
  const breaches: string[] = [];
  for (const source of sources) {
    const room = roomOf(source.path);
    const rule = rules[room];
    if (!rule) {
      breaches.push(`${source.path}: the room ${room} is not in the table`);
      continue;
    }
    for (const { specifier, line, typeOnly } of importsOf(source)) {
      const at = `${source.path}:${line}`;
      const target = resolveImport(source.path, specifier, paths);
      if (target) {
        const to = roomOf(target);
        const allowed = to === room || rule.rooms.includes(to) || (typeOnly && rule.types?.includes(to));
        if (!allowed) {
          breaches.push(`${at}: ${room} must not import ${to}${typeOnly ? '' : ' (at run time)'}`);
        }
      } else if (!specifier.startsWith('.') && !isBuiltin(specifier)) {
        const name = packageOf(specifier);
        const allowed = name === '@vscode/l10n' || rule.packages?.includes(name);
        if (!allowed) {
          breaches.push(`${at}: ${room} must not import the package ${name}`);
        }
      } else if (specifier.startsWith('.') && !/\.(?:c|css|svg|csv|json)$/.test(specifier)) {
        breaches.push(`${at}: there is no file ${specifier}`);
      }
    }
  }
  return breaches;
}

/** Rooms of which other rooms import only `index.ts`. */
const closedRooms: readonly string[] = ['language'];

/** Law 1: other rooms import a closed room only through its `index.ts`. */
export function breachesOfClosedRooms(sources: readonly Source[]): string[] {
  const paths = new Set(sources.map(({ path }) => path));
  return sources.flatMap((source) =>
    importsOf(source).flatMap(({ specifier, line }) => {
      const target = resolveImport(source.path, specifier, paths);
      const to = target ? roomOf(target) : '';
      const entry = `src/${to}/index.ts`;
      const isBreach = closedRooms.includes(to) && to !== roomOf(source.path) && target !== entry;
      return isBreach ? [`${source.path}:${line}: ${target} must be imported from ${entry}`] : [];
    }),
  );
}

/**
 * Law 2: only `cli` and `*.node.ts` files import Node's modules. A `*.node.ts` file has a twin `*.web.ts`,
 * unless it is one of the entries.
 */
export function breachesOfPlatform(sources: readonly Source[], entries: readonly string[]): string[] {
  const paths = new Set(sources.map(({ path }) => path));
  const breaches: string[] = [];
  for (const source of sources) {
    const mayUseNode = roomOf(source.path) === 'cli' || source.path.endsWith('.node.ts');
    for (const { specifier, line, typeOnly } of importsOf(source)) {
      if (!mayUseNode && !typeOnly && isBuiltin(specifier)) {
        breaches.push(`${source.path}:${line}: ${specifier} is Node's; only cli and *.node.ts may import it`);
      }
    }
    if (source.path.endsWith('.node.ts') && !entries.includes(source.path)) {
      const twin = source.path.replace(/\.node\.ts$/, '.web.ts');
      if (!paths.has(twin)) {
        breaches.push(`${source.path}: its twin ${twin} is missing`);
      }
    }
  }
  return breaches;
}

/** Law 1: no import cycles, not even of types. Returns the cycles, each as the list of its files. */
export function cyclesOf(sources: readonly Source[]): string[][] {
  const paths = new Set(sources.map(({ path }) => path));
  const edges = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source).flatMap(({ specifier }) => resolveImport(source.path, specifier, paths) ?? []),
    ]),
  );
  const cycles: string[][] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      cycles.push([...trail.slice(start), path]);
      return;
    }
    if (done.has(path)) {
      return;
    }
    trail.push(path);
    for (const next of edges.get(path) ?? []) {
      visit(next);
    }
    trail.pop();
    done.add(path);
  };
  for (const path of edges.keys()) {
    visit(path);
  }
  return cycles;
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
