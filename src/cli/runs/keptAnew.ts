import { basename, dirname, join } from 'node:path';
import { type Spec, withFolds } from '../../spec/spec';
import type { CliIo } from '../io';
import { sayBeside, type TrainReport } from '../report/report';
import type { SpecFile } from '../specFile';
import type { Training } from '../trainArguments';
import { type KeptBeginning, KeptTraining } from './keptTraining';

/** A new run in a folder of its own. */
export function keptAnew(
  { path, resume, seed, epochs, backend, crossValidation }: Training,
  { spec, text, fileName }: SpecFile & { spec: Spec },
  files: Pick<KeptBeginning, 'init' | 'resume'>,
  report: TrainReport,
  io: CliIo,
  more?: Pick<KeptBeginning, 'sweep' | 'ranking' | 'parent'>,
): KeptTraining {
  const folds = crossValidation && withFolds(spec, crossValidation.folds).training.crossValidation;
  const overrides = Object.fromEntries(
    Object.entries({ seed, epochs, backend, cross_validation: folds }).filter(([, value]) => value !== undefined),
  );
  // The engine takes the bytes with it. A buffer's slice would share them.
  const copy = (bytes: Uint8Array | undefined) => bytes && new Uint8Array(bytes);
  const beginning = { init: copy(files.init), resume: copy(files.resume), specText: text, overrides, ...more };
  // With a checkpoint alone, the spec is the one that it names.
  const specPath = path === resume ? join(dirname(path), basename(fileName)) : path;
  return new KeptTraining({ ...beginning, name: spec.name, specPath }, io, sayBeside(report, io));
}
