/** Names that a link may hold, to the gallery's page and the explanations; specs, to the JSON Schema. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import type * as vscode from 'vscode';
import { parse } from 'yaml';
import { pageHtml } from '../../src/extension/panel/html';
import { explanationOf, galleryBoot, jsonSchema, parseSpec } from '../../src/language';
import type { Area } from './area';
import { mutateText } from './random';
import { examples, words } from './specs';

const pages = ['docs/problems.md', 'docs/problems.ko.md'].map((path) => readFileSync(path, 'utf8'));
const markup = ['</script>', '<!--', '<script>', '\u2028', '### ', 'relu', '__proto__', '.md', '$&', '${'];
const webview = { cspSource: 'self', asWebviewUri: String } as unknown as vscode.Webview;

export const linkNames: Area<string> = {
  name: 'links',
  share: 0.001,
  make: (random) => mutateText(random.pick(['relu', 'dead-units', 'unknown-key']), [...words, ...markup], random),
  check(name) {
    const boot = galleryBoot(name.length % 2 ? 'ko' : 'en', {}, name);
    const html = pageHtml(webview, 'dist' as never, { name: 'gallery', title: name, boot });
    assert.equal(html.split('</script').length, 3, 'the data end their element');
    assert.ok(!/<title>[^<]*<(?!\/title>)/.test(html), 'the title holds an element');
    const json = /<script type="application\/json" id="boot">(.*?)<\/script/s.exec(html)?.[1] ?? '';
    assert.ok(!/<!--|<script/.test(json), 'the data open an element');
    assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(boot)), 'the data are others');
    for (const page of pages) {
      const text = explanationOf(page, name);
      assert.ok(text === undefined || (text.startsWith(`# ${name}\n`) && page.includes(`### ${name}\n`)), 'no section');
    }
  },
  show: JSON.stringify,
};

const validate = new Ajv({ strict: false }).compile(jsonSchema('en'));

export const schema: Area<string> = {
  name: 'schema',
  share: 0.02,
  make: (random) => mutateText(random.pick(examples), words, random),
  check(text) {
    if (parseSpec(text, { fileName: 'a.nnspec' }).spec) {
      assert.ok(
        validate(parse(text, { merge: true })),
        `the schema refuses it: ${JSON.stringify(validate.errors?.at(0))}`,
      );
    }
  },
  show: JSON.stringify,
};
