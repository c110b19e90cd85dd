// Property tests draw the same cases in every run, so that a failure is due to the change and not to chance.
// NNSPEC_PROPERTY_SEED=<number> draws others.
const { configureGlobal } = require('fast-check');

configureGlobal({ seed: Number(process.env.NNSPEC_PROPERTY_SEED ?? 20261124) });
