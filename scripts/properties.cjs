// Property tests draw the same cases in every run, so that a change fails by its own fault and not by the draw; other draws are looked for with
// NNSPEC_PROPERTY_SEED=<number>.
const { configureGlobal } = require('fast-check');

configureGlobal({ seed: Number(process.env.NNSPEC_PROPERTY_SEED ?? 20261124) });
