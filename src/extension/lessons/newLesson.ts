import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { language } from '../l10n';
import type { Services } from '../services';
import { lessonType } from './readLesson';
import { deserializeLesson } from './serializer';

/** Opens a lesson as an unsaved notebook. */
export async function showLesson(text: string): Promise<vscode.NotebookDocument> {
  const data = deserializeLesson(new TextEncoder().encode(text));
  const notebook = await vscode.workspace.openNotebookDocument(lessonType, data);
  await vscode.window.showNotebookDocument(notebook);
  return notebook;
}

/** Opens a new lesson that shows what each kind of block is good for. */
export async function newLesson(): Promise<vscode.NotebookDocument> {
  return showLesson(template());
}

/** Forgets the answers to the questions of the shown lesson, and takes away its outputs. */
export async function resetLesson({ lessons }: Services): Promise<void> {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook?.notebookType === lessonType) {
    await lessons.reset(notebook);
  }
}

function template(): string {
  return `---
title: ${t('A new lesson')}
language: ${language()}
minutes: 5
---

# ${t('A new lesson')}

${t('Text is Markdown, and formulas stand between dollars: $a = W x + b$. A computation is shown with its steps:')}

\`\`\`compute
x: [0, 1]
W: [[2, -1]]
a: sigmoid(W @ x)
\`\`\`

${t('A plot draws functions by their names, or formulas in x:')}

\`\`\`plot
functions: [sigmoid, tanh]
derivative: true
\`\`\`

${t('A cell that trains holds a spec as in a file. Other blocks know it by its name.')}

\`\`\`nnspec name=first
seed: 1

data:
  source: xor

model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: 1, activation: sigmoid }

training:
  loss: binary_crossentropy
  optimizer: { sgd: { learning_rate: 0.5 } }
  batch_size: 4
  epochs: 500
\`\`\`

${t('The same network with other values, on one axis:')}

\`\`\`compare
cells: [first]
vary: { training.optimizer.sgd.learning_rate: [0.05, 0.5] }
\`\`\`

${t('The backpropagation of one sample, before the first step:')}

\`\`\`walk
cell: first
sample: 2
edit: [weights, inputs]
\`\`\`

${t('A question is checked by the lesson itself. Double-click it to change it.')}

\`\`\`question
id: accuracy
ask: ${t('Which accuracy does the network reach?')}
number: accuracy
of: first
hint: ${t('Run the cell above.')}
\`\`\`
`;
}
