import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type BuildOptions, build } from 'esbuild';
import { extensionBundles } from '../../../scripts/build.mjs';
import { codeOnly } from '../laws/sources';

interface Bundle {
  readonly text: string;
  readonly inputs: readonly string[];
}

type Provider = (...args: unknown[]) => unknown;

/** A module whose functions record their arguments and return a disposable. */
function recordingModule(given: Map<string, unknown[][]>, has: Readonly<Record<string, unknown>> = {}): unknown {
  return new Proxy(has, {
    get: (target, name: string) =>
      target[name] ??
      ((...args: unknown[]) => {
        given.set(name, [...(given.get(name) ?? []), args]);
        return { dispose() {}, show() {}, error() {} };
      }),
  });
}

const sentence = 'Only the names of layers, columns, classes and anchors can be renamed.';
const translation = '층, 열, 클래스, 앵커의 이름만 바꿀 수 있습니다.';

/**
 * A stub of `vscode` that is enough for activation, an outline and a rename. It translates one sentence.
 */
function stubOfVscode(given: Map<string, unknown[][]>): unknown {
  class Made {
    readonly args: unknown[];
    constructor(...args: unknown[]) {
      this.args = args;
    }
  }
  class EventEmitter {
    event() {}
  }
  const kinds = new Proxy({}, { get: (_, name) => ({ value: name, append: () => ({ value: name }) }) });
  const has: Record<string, unknown> = {
    EventEmitter,
    Disposable: { from: () => ({ dispose() {} }) },
    CodeActionKind: kinds,
    DiagnosticSeverity: kinds,
    SymbolKind: kinds,
    env: { language: 'ko' },
    l10n: { bundle: { [sentence]: translation } },
    workspace: recordingModule(given, { textDocuments: [], isTrusted: true }),
  };
  for (const name of ['window', 'languages', 'commands']) {
    has[name] = recordingModule(given);
  }
  for (const name of ['CompletionItem', 'DocumentSymbol', 'Position', 'Range', 'SemanticTokensLegend']) {
    has[name] = Made;
  }
  return has;
}

/** Runs Node's bundle as a host does. `loaded` lists the bundles that were loaded so far, in order. */
function start(bundles: Readonly<Record<string, Bundle>>) {
  const loaded: string[] = [];
  const given = new Map<string, unknown[][]>();
  const vscode = stubOfVscode(given);
  const modules = new Map<string, { exports: Record<string, unknown> }>();
  let broken = false;
  const load = (name: string): Record<string, unknown> => {
    const known = modules.get(name);
    if (known) {
      return known.exports;
    }
    loaded.push(name);
    if (broken) {
      throw new Error(`${name} cannot be read`);
    }
    const module = { exports: {} };
    modules.set(name, module);
    const require = (id: string) => {
      if (id === 'vscode') {
        return vscode;
      }
      return id.startsWith('./') ? load(id.slice(2)) : process.getBuiltinModule(id);
    };
    new Function('require', 'module', 'exports', bundles[name].text)(require, module, module.exports);
    return module.exports;
  };
  const context = { subscriptions: [], extensionUri: { fsPath: '/x' }, workspaceState: { get: () => undefined } };
  return {
    loaded,
    given,
    activate: () => (load('extension.js').activate as (context: unknown) => Promise<unknown>)(context),
    break(now: boolean) {
      broken = now;
    },
    /** Calls a method of a registered provider. */
    ask(registration: string, method: string, ...args: unknown[]) {
      const [[, provider]] = given.get(registration) as [[unknown, Record<string, Provider>]];
      return provider[method](...args);
    },
  };
}

const document = {
  uri: { path: '/x.nnspec' },
  version: 1,
  getText: () => 'model:\n  layers:\n    - dense: 4\n',
};

describe('the extension’s bundles', () => {
  const bundles: Record<string, Bundle> = {};

  before(async () => {
    for (const options of extensionBundles(true)) {
      const { outputFiles, metafile } = await build({ ...(options as BuildOptions), write: false, metafile: true });
      const name = (options.outfile as string).replace('dist/', '');
      bundles[name] = { text: outputFiles?.[0].text ?? '', inputs: Object.keys(metafile?.inputs ?? {}) };
    }
  });

  it('for Node contains what activation needs: no parser, no catalogue, no engine', () => {
    const { text, inputs } = bundles['extension.js'];
    assert.ok(text.length < 33_500, `${text.length} characters`);
    const heavy = inputs.filter((path) => /^src\/(?:engine|data|spec\/catalogue|language)\//.test(path));
    assert.deepEqual(heavy, []);
  });

  it('for the browser is one file, which requires only `vscode`', () => {
    const asked = bundles['extension.web.js'].text.match(/\brequire\("[^"]*"\)/g);
    assert.deepEqual([...new Set(asked)], ['require("vscode")']);
  });

  it('share no module with state, except the language in use and the reporter of failures, which are passed on', () => {
    const shared = bundles['extension.js'].inputs.filter((path) => bundles['extension.web.js'].inputs.includes(path));
    const state = /^(?:export )?(?:let |const \w+(?:: [^=]+)? = new (?:Map|WeakMap|Set|WeakSet|Emitter)\b)/m;
    const stateful = shared.filter(
      (path) => path.startsWith('src/') && state.test(codeOnly(readFileSync(path, 'utf8'))),
    );
    // In Node only the first bundle is activated: the other's copy of extension.ts keeps no state.
    const passedOn = ['src/extension/l10n.ts', 'src/extension/words/background.ts'];
    assert.deepEqual(stateful, [...passedOn, 'src/extension/extension.ts']);
  });

  it('are loaded one at activation and the other when a feature is first used, in the same language', async () => {
    const { loaded, given, activate, ask } = start(bundles);
    await activate();
    assert.deepEqual(loaded, ['extension.js']);
    const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.deepEqual(
      given
        .get('registerCommand')
        ?.map(([id]) => id)
        .sort(),
      manifest.contributes.commands.map(({ command }: { command: string }) => command).sort(),
    );

    const refused = ask('registerRenameProvider', 'prepareRename', document, { line: 0, character: 0 });
    await assert.rejects(async () => refused, { message: translation });
    assert.deepEqual(loaded, ['extension.js', 'extension.web.js']);
  });

  it('work after a first attempt to load the features has failed', async () => {
    const host = start(bundles);
    await host.activate();
    const ask = () => host.ask('registerDocumentSymbolProvider', 'provideDocumentSymbols', document);
    host.break(true);
    await assert.rejects(async () => ask(), /cannot be read/);
    host.break(false);
    assert.match(JSON.stringify(await ask()), /dense/);
  });
});
