/** The entry of a browser's extension host; that of Node wraps the same bundle, so that the package holds it once. */
import { startEngineProcess } from './engine/engineProcess.web';
import { realPath } from './files/realPath.web';
import { usePlatform } from './platform';

usePlatform({ startEngineProcess, realPath });

export { activate } from './extension';
export { usePlatform };
