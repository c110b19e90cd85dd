// Property tests draw the same cases in every run, so that a failure is due to the change and not to chance.
// NNSPEC_PROPERTY_SEED=<number> draws others. The tests import fast-check as a module; its CommonJS twin,
// which `require` would load, has settings of its own.
import { configureGlobal } from 'fast-check';

configureGlobal({ seed: Number(process.env.NNSPEC_PROPERTY_SEED ?? 20261124) });
