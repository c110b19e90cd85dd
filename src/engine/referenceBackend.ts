import type { TrainingPlan } from '../spec/plan';
import type { Backend, CompileOptions, ProgramData } from './backend';
import { complete, type Pieces } from './pieces';
import { ReferenceProgram } from './reference/program';

/** The backend in plain TypeScript: written to be read, and the measure of every other one. */
export const referenceBackend: Backend = {
  name: 'reference',
  compile: (plan, data, options) => complete(compilePieces(plan, data, options)),
};

function* compilePieces(plan: TrainingPlan, data: ProgramData, options: CompileOptions): Pieces<ReferenceProgram> {
  const program = new ReferenceProgram(plan, data, options);
  yield;
  yield* program.fill(options.initial);
  return program;
}
