import assert from 'node:assert/strict';
import { markupFromText, startsOfEngines, waysAroundTheDoor } from './door';
import { productSources, readSources } from './sources';

describe('law 11: words that reach the editor', () => {
  it('go through the functions of extension/words, and no promise is thrown away', () => {
    assert.deepEqual(waysAroundTheDoor(productSources()), []);
  });

  it('are named with file and line where they take another way', () => {
    const ways = [
      'void vscode.window.showErrorMessage(text);',
      'await vscode.window.withProgress({ title }, work);',
      'item.tooltip = name;',
      'panel.title = run.title;',
      'const hover = new vscode.MarkdownString(name);',
      'markdown.isTrusted = true;',
      'return new vscode.CodeAction(name, kind);',
      'vscode.window.showQuickPick([{ label: name }]);',
      'const lens = `$(play) ${name}`;',
      'const link = `[${name}](command:x)`;',
      'on(() => void work());',
      'throw new Error(refusal.refused);',
    ];
    for (const way of ways) {
      const breaches = waysAroundTheDoor([{ path: 'src/extension/a.ts', text: `\n${way}\n` }]);
      assert.ok(breaches.length > 0 && breaches[0].startsWith('src/extension/a.ts:2: '), way);
    }
    const fine = "link.tooltip = t('Open');\nfunction f(): void {}\nconst g: () => void = f;\nif (a.title === b) {}\n";
    assert.deepEqual(waysAroundTheDoor([{ path: 'src/extension/a.ts', text: fine }]), []);
  });
});

describe('engine processes', () => {
  it('are started in one place, which asks for trust', () => {
    assert.deepEqual(startsOfEngines(productSources()), ['src/extension/engine/engineTask.ts']);
  });
});

describe('the pages', () => {
  it('make no elements out of text, except the formulas and plots that the product draws', () => {
    const found = markupFromText(readSources(['webview/**/*.ts', 'src/**/*.ts']));
    assert.deepEqual(
      found.map((each) => each.replace(/:\d+:.*/, '')),
      ['webview/gallery/elements.ts'],
    );
  });

  it('are named where they do', () => {
    const text = '\nroot.innerHTML = name;';
    assert.deepEqual(markupFromText([{ path: 'webview/a.ts', text }]), ['webview/a.ts:2: innerHTML: use textContent']);
  });
});
