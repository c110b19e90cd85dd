/** The entry of a browser's extension host. Node takes out of the same bundle what activation does not need: see later.node.ts. */
import { startEngineProcess } from './engine/engineProcess.web';
import { realPath } from './files/realPath.web';
import { usePlatform } from './platform';

usePlatform({ startEngineProcess, realPath });

export { activate } from './extension';
export { useMessages } from './l10n';
export { usePlatform };
