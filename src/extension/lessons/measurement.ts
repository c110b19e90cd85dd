/** Measures what a block `measure` shows, and the values that it gives. */
import type * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import type { TagValues } from '../../common/tagValues';
import type { Measured } from '../../lessons/blocks/measure';
import { gradientValuesOf, tableValuesOf } from '../../lessons/measured';
import type { LessonOutput } from '../../protocol/lesson';
import { truthTableNames } from '../../spec/truthTableNames';
import { askEngine } from '../engine/engineTask';
import { hostOfSpec } from '../files/dataFiles';
import type { RunManager } from '../runs/runManager';

type Opened = Awaited<ReturnType<RunManager['open']>>;

/** `open` starts the network of the block's cell, to be asked. `message` says why there is no result. */
export async function measure(
  what: Measured,
  extensionUri: vscode.Uri,
  open: () => Promise<Opened>,
  token: vscode.CancellationToken,
): Promise<{ readonly output: LessonOutput; readonly values: TagValues } | { readonly message: string } | undefined> {
  switch (what) {
    case 'gradients': {
      const opened = await open();
      if ('failure' in opened) {
        return opened.failure;
      }
      const cancelling = token.onCancellationRequested(() => opened.run.dispose());
      const reply = await opened.run.ask('compareActivations', null);
      cancelling.dispose();
      opened.run.dispose();
      return 'ok' in reply
        ? { output: { kind: 'gradients', report: reply.ok }, values: gradientValuesOf(reply.ok) }
        : reply.err;
    }
    case 'truth_tables': {
      const host = hostOfSpec(extensionUri, extensionUri);
      const reply = await askEngine(extensionUri, host, 'learnTruthTables', null, token);
      if (!reply || 'err' in reply) {
        return reply?.err;
      }
      const tables = reply.ok.map((table, index) => ({ ...table, name: truthTableNames[index] }));
      return { output: { kind: 'truthTables', tables }, values: tableValuesOf(reply.ok) };
    }
    default:
      return assertNever(what);
  }
}
