/**
 * Read in Node before the first part that comes out of the browser's bundle: hands that bundle Node's powers, and the
 * language that activation found, since it holds its own copy of both modules.
 */
import { startEngineProcess } from './engine/engineProcess.node';
import { useMessages, usePlatform } from './entry.web';
import { realPath } from './files/realPath.node';
import { messageBundle } from './l10n';

usePlatform({ startEngineProcess, realPath });
useMessages(messageBundle());
