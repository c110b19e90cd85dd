import type { Workbench } from '../harness/workbench';

/** Tests something in a window that shows a spec. `name` tells the screenshots of the windows apart. */
export type Deed = (workbench: Workbench, name: string) => Promise<void>;

export interface Case {
  readonly title: string;
  /** The spec that is shown. The cases of a window change no file that a later one reads. */
  readonly file: string;
  readonly deed: Deed;
}
