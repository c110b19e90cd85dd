import type * as vscode from 'vscode';
import type { ComparePanels } from './compare/comparePanels';
import type { Diagnostics } from './language/diagnostics';
import type { LessonNotebooks } from './lessons/lessonNotebooks';
import type { LessonTree } from './lessons/view/lessonTree';
import type { TrainingPanels } from './panel/trainingPanels';
import type { Reports } from './reports/reports';
import type { LastResults } from './runs/lastResults';
import type { RunHomes } from './runs/runHomes';
import type { RunKeeper } from './runs/runKeeper';
import type { RunManager } from './runs/runManager';
import type { RunningSweeps } from './runs/runningSweeps';
import type { StatusBar } from './runs/statusBar';
import type { RunTree } from './runs/view/runTree';

/** The services that commands use. */
export interface Services {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly diagnostics: Diagnostics;
  readonly runs: RunManager;
  readonly homes: RunHomes;
  readonly keeper: RunKeeper;
  readonly runTree: RunTree;
  readonly results: LastResults;
  readonly panels: TrainingPanels;
  readonly compares: ComparePanels;
  readonly sweeps: RunningSweeps;
  readonly reports: Reports;
  readonly lessons: LessonNotebooks;
  readonly lessonTree: LessonTree;
  readonly statusBar: StatusBar;
}
