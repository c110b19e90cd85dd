import type { Backend } from './backend';
import { ReferenceProgram } from './reference/program';

/** The backend in plain TypeScript: written to be read, and the measure of every other backend. */
export const referenceBackend: Backend = {
  name: 'reference',
  compile: (plan, data, options) => new ReferenceProgram(plan, data, options),
};
