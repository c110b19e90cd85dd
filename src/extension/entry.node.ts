/** The entry of Node's extension hosts, in the desktop and over a remote: the browser's bundle with Node's powers. */
import { startEngineProcess } from './engine/engineProcess.node';
import { activate, usePlatform } from './entry.web';
import { realPath } from './files/realPath.node';

usePlatform({ startEngineProcess, realPath });

export { activate };
