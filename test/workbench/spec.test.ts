import { shareEditor, type WorkbenchOptions } from '../harness/workbench';
import type { Case } from './case';
import { coloursAndOutline } from './colouring';
import { plotBesideList, wholeSpec } from './completing';
import { codeOfProblem, hoverOverTanh, prediction } from './reading';
import { steering } from './running';

/** Cases of one window follow each other: opening a window takes longer than most cases. */
const windows: readonly { options: WorkbenchOptions; cases: readonly Case[] }[] = [
  {
    options: { theme: 'light' },
    cases: [
      hoverOverTanh('xor.nnspec', /activation function/i),
      prediction(
        'deep-sigmoid.nnspec',
        /Vanishing gradient: of the error at the output only .* arrives at this layer/,
        /tanh.*: .* % of the error arrives \(now/,
      ),
      codeOfProblem('linear-xor.nnspec', /No straight line separates/),
      plotBesideList('xor.nnspec', /activation function/),
      wholeSpec('sine.nnspec'),
      coloursAndOutline('digits-conv.nnspec', /330 params/, 4, 'highContrastLight'),
    ],
  },
  {
    options: { theme: 'dark', language: 'ko', host: 'browser' },
    cases: [
      hoverOverTanh('xor.ko.nnspec', /활성화 함수/),
      prediction('deep-sigmoid.ko.nnspec', /기울기 소실: 출력의 오차 중/, /tanh.*전해짐 \(지금은/),
      codeOfProblem('linear-xor.ko.nnspec', /직선 하나로는/),
      coloursAndOutline('digits-conv.ko.nnspec', /매개변수 330개/, 6),
      // The window is a remote one: the menus know a spec by another address than the extension does.
      steering('xor.ko.nnspec', 'ko'),
    ],
  },
];

describe('a spec in the editor', function () {
  this.timeout(120_000);
  const openWindow = shareEditor({ reuse: true });

  for (const { options, cases } of windows) {
    const name = [options.language ?? 'en', options.theme, options.host].filter(Boolean).join('-');
    for (const { title, file, deed } of cases) {
      it(`${title}: ${name}`, async () => {
        await deed(await openWindow({ ...options, file, settings: { 'editor.minimap.enabled': false } }), name);
      });
    }
  }
});
