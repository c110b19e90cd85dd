#!/usr/bin/env node
/**
 * Bundles and runs the unit tests, without building the product:
 *   node scripts/unit.mjs [--long] [WORD…]   only the files whose path contains one of the words;
 *                                            with --long those named *.long.test.ts, which take seconds each
 */
import { root } from './bare.mjs';
import { runMochaSuite } from './mocha.mjs';

const words = process.argv.slice(2);
const isLong = words[0] === '--long';
const { passed } = await runMochaSuite(isLong ? 'long' : 'unit', root, isLong ? words.slice(1) : words);
process.exitCode = passed ? 0 : 1;
