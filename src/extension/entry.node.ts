/**
 * The entry of Node's extension hosts, in the desktop and over a remote. Its bundle holds what activation needs and no
 * more; what is imported when it is first needed, scripts/build.mjs lets come out of the browser's bundle.
 */
export { activate } from './extension';
