import * as vscode from 'vscode';
import { equal, eventually, ok } from './assert';
import { closeEditors, errorsOf, inWorkspace, itOnce, write } from './support';

/** Runs the command and accepts its first suggestion. */
async function fromCsv(csv?: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  let done = false;
  const running = vscode.commands.executeCommand<vscode.TextDocument | undefined>('nnspec.newFromCsv', csv);
  void running.then(() => {
    done = true;
  });
  await eventually('the end of the command', async () => {
    if (!done) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    }
    return done;
  });
  return running;
}

describe('New Spec from CSV', () => {
  afterEach(closeEditors);

  itOnce('offers the table that is open before the others', async () => {
    await write(
      'tables/zebras.csv',
      'size,kind\n'.concat(...Array.from({ length: 9 }, (_, i) => `${i},${i % 2 ? 'a' : 'b'}\n`)),
    );
    await vscode.window.showTextDocument(inWorkspace('tables/zebras.csv'));
    const document = await fromCsv();
    equal(document?.uri.path.slice(-'tables/zebras.nnspec'.length), 'tables/zebras.nnspec');
  });

  itOnce('writes a spec without problems beside the file, and never over another', async () => {
    await write(
      'flowers/flowers.csv',
      'id,size,width,kind\n'.concat(
        ...Array.from({ length: 30 }, (_, i) => `${i},${i % 7},${i % 5},${i % 2 ? 'a' : 'b'}\n`),
      ),
    );
    const csv = inWorkspace('flowers/flowers.csv');
    const document = await fromCsv(csv);
    ok(document, 'no document was opened');
    equal(document.uri.path.slice(-'flowers/flowers.nnspec'.length), 'flowers/flowers.nnspec');
    ok(
      /target: kind\n/.test(document.getText()) && /inputs: \[size, width\]/.test(document.getText()),
      document.getText(),
    );
    equal(await errorsOf(document), []);
    const second = await fromCsv(csv);
    equal(second?.uri.path.slice(-'flowers-2.nnspec'.length), 'flowers-2.nnspec');
  });

  it('reads a table above 64 kB in an engine process', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i % 7},${i % 5},${i % 2 ? 'a' : 'b'}\n`);
    const document = await fromCsv(await write('flowers/large.csv', `size,width,kind\n${rows.join('')}`));
    ok(document && /target: kind\n/.test(document.getText()), document?.getText() ?? 'no document was opened');
    equal(await errorsOf(document), []);
  });

  /** 지역;가격;y in euc-kr, with decimal commas; every sixth row holds 똠, which only cp949 has. */
  const korean = (rows: number): Uint8Array => {
    const bytes = [0xc1, 0xf6, 0xbf, 0xaa, 0x3b, 0xb0, 0xa1, 0xb0, 0xdd, 0x3b, 0x79, 0x0d, 0x0a];
    for (let i = 0; i < rows; i++) {
      const cells = `;${i % 17},5;${i % 17},25\r\n`;
      bytes.push(...(i % 6 === 0 ? [0x8c, 0x63] : [0xb0, 0xa1]), ...new TextEncoder().encode(cells));
    }
    return Uint8Array.from(bytes);
  };

  async function packed(bytes: Uint8Array): Promise<Uint8Array> {
    const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  it('reads a file as Korean Excel writes it, also packed, and says so in the hover of the file', async () => {
    await write('korean/prices.csv', korean(60));
    await write('korean/prices.csv.gz', await packed(korean(60)));
    for (const name of ['korean/prices.csv', 'korean/prices.csv.gz']) {
      const document = await fromCsv(inWorkspace(name));
      ok(
        document && /\n {2}format: \{ delimiter: ";", decimal: ",", encoding: euc-kr \}\n/.test(document.getText()),
        document?.getText() ?? name,
      );
      equal(await errorsOf(document), []);
      const at = document.positionAt(document.getText().indexOf('prices.csv', document.getText().indexOf('file:')) + 2);
      const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        at,
      );
      const [content] = hover?.contents ?? [];
      const text = (content as vscode.MarkdownString | undefined)?.value.replaceAll('\\', '') ?? '';
      ok(/semicolons, decimal comma, `euc-kr`/.test(text) && text.includes('가격'), text);
    }
  });

  itOnce('writes marks among numbers as na_values, whether the table is small or read by an engine', async () => {
    for (const [name, count] of [
      ['marks/small.csv', 200],
      ['marks/large.csv', 20_000],
    ] as const) {
      const rows = Array.from({ length: count }, (_, i) => `${i % 40 === 7 ? '?' : i},${i % 5},${i % 2 ? 'a' : 'b'}\n`);
      const document = await fromCsv(await write(name, `age,width,kind\n${rows.join('')}`));
      const text = document?.getText() ?? '';
      ok(document && text.includes('\n  na_values: ["?"]\n') && text.includes('“age”: 97.5 % numbers'), text);
      equal(await errorsOf(document), []);
    }
  });

  itOnce('says what is wrong with a damaged packed file', async () => {
    const cut = await write('korean/cut.csv.gz', (await packed(korean(60))).subarray(0, 60));
    equal(await vscode.commands.executeCommand('nnspec.newFromCsv', cut), undefined);
    const ragged = await write('korean/ragged.csv.gz', await packed(new TextEncoder().encode('a,b\n1,2\n1\n')));
    equal(await vscode.commands.executeCommand('nnspec.newFromCsv', ragged), undefined);
  });

  itOnce('says why a file cannot be used, and shows the place', async () => {
    const ragged = await write('ragged-table.csv', 'a,b\n1,2\n1\n');
    equal(await vscode.commands.executeCommand('nnspec.newFromCsv', ragged), undefined);
    equal(vscode.window.activeTextEditor?.document.uri.toString(), ragged.toString());
    equal(vscode.window.activeTextEditor?.selection.active.line, 2);
  });
});
