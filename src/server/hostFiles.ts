/** The files that a server asks its host for. */
import type { DataFiles } from '../data/files';
import type { HostRequests } from '../protocol/engine';
import { type Connection, FailureError } from '../protocol/rpc';
import type { Machine } from './environment';
import { openOnDisk } from './onDisk';

export function hostFiles(
  connection: Pick<Connection<HostRequests, never>, 'ask'>,
  machine: Machine | undefined,
): DataFiles {
  const unwrap = async <K extends keyof HostRequests>(name: K, params: HostRequests[K]['params']) => {
    const reply = await connection.ask(name, params);
    if ('err' in reply) {
      throw new FailureError(reply.err.code, reply.err.message);
    }
    return reply.ok;
  };
  return {
    read: async (path) => {
      const file = await unwrap('readFile', { path });
      return file instanceof Uint8Array ? file : openOnDisk(path, file, machine);
    },
    list: (path) => unwrap('listFolder', { path }),
    readShipped: (name) => unwrap('readShipped', { name }),
  };
}
