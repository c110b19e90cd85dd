import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tokenTypes } from '../../../src/extension/language/tokenLegend';
import { semanticTokensOf } from '../../../src/language/annotations/semanticTokens';
import { parseSpec } from '../../../src/language/index';

/** `word:type` for each token, in order. */
function tokens(text: string): string {
  const lines = text.split('\n');
  return semanticTokensOf(parseSpec(text, { fileName: 'test.nnspec' }))
    .map(({ line, character, length, type }) => `${lines[line].slice(character, character + length)}:${type}`)
    .join(' ');
}

describe('semantic tokens', () => {
  it('tell chapters, keys, things and their parameters apart', () => {
    assert.equal(
      tokens('model:\n  layers:\n    - dense: { units: 4, activation: { elu: 0.5 }, name: a }\n    - flatten'),
      'model:chapter layers:key dense:layer units:property 4:number activation:property elu:activation 0.5:number name:property a:variable flatten:layer',
    );
    assert.equal(
      tokens(
        'training: { loss: huber, optimizer: { adam: 1e-3 }, shuffle: true, early_stopping: { monitor: val_loss } }',
      ),
      'training:chapter loss:key huber:function optimizer:key adam:function 1e-3:number shuffle:key true:boolean early_stopping:key monitor:key val_loss:variable',
    );
  });

  it('know columns, classes and choices', () => {
    assert.equal(
      tokens('data: { file: a.csv, inputs: [a, "b c"], target: y, types: { a: category }, scale: minmax }'),
      'data:chapter file:key inputs:key a:column "b c":column target:key y:column types:key a:column category:enumMember scale:key minmax:enumMember',
    );
    assert.equal(
      tokens('training:\n  class_weight: { yes: 2 }'),
      'training:chapter class_weight:key yes:enumMember 2:number',
    );
  });

  it('split an expectation into words, except one with a mistake', () => {
    assert.equal(
      tokens('expect:\n  - val_loss<0.3 within 5\n  - "loss >= 1"\n  - loss is low'),
      'expect:chapter val_loss:variable <:operator 0.3:number within:keyword 5:number loss:variable >=:operator 1:number',
    );
  });

  it('colour an anchored value as at the place where it is used', () => {
    assert.equal(
      tokens('x-l: &l { dense: 4 }\nmodel: { layers: [*l] }'),
      'x-l:chapter &l:anchor dense:layer 4:number model:chapter layers:key *l:anchor',
    );
  });

  it('omit words that the language does not know', () => {
    assert.equal(
      tokens('model: { layers: [what: 3] }\ntraining: { loss: what, odd: 1 }'),
      'model:chapter layers:key training:chapter loss:key',
    );
  });

  it('have types that the editor knows or the manifest declares with a scope for plain themes', () => {
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
    const standard = ['property', 'function', 'variable', 'enumMember', 'number', 'operator', 'keyword'];
    const declared = contributes.semanticTokenTypes.map(({ id }: { id: string }) => id);
    assert.deepEqual([...standard, ...declared].sort(), [...tokenTypes].sort());
    assert.deepEqual(Object.keys(contributes.semanticTokenScopes[0].scopes).sort(), declared.sort());
  });
});
