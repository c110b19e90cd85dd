#!/usr/bin/env node
/**
 * Bundles and runs the unit tests, without building the product:
 *   node scripts/unit.mjs [WORD…]   only the files whose path contains one of the words
 */
import { root } from './bare.mjs';
import { runMochaSuite } from './mocha.mjs';

const { passed } = await runMochaSuite('unit', root, process.argv.slice(2));
process.exitCode = passed ? 0 : 1;
