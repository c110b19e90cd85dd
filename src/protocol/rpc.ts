/**
 * Remote procedure calls for every channel. Each side may send requests, replies and events. A request is
 * answered by exactly one reply, which is a value (`{ ok }` or `{ err }`): nothing waits forever, and nothing
 * is thrown across a channel.
 */
import { t } from '@vscode/l10n';
import { type Disposable, toDisposable } from '../common/disposable';
import type { Failure, Reply } from './engine';

/** A channel for messages that can be structured-cloned: an IPC channel, a worker, or a pair in memory. */
export interface Port {
  /** Buffers in `transfer` are moved where the channel supports it; the sender must not use them again. */
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): Disposable;
  /** Only for channels that notice when the other side has closed. */
  onClose?(listener: () => void): Disposable;
}

/** An error with a stable code. Thrown by a handler, it becomes an `{ err }` with the same code. */
export class FailureError extends Error implements Failure {
  override readonly name = 'FailureError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Types of parameters and result of each request, by name. */
export type RequestTable<T> = { readonly [K in keyof T]: { readonly params: unknown; readonly result: unknown } };

/** Handlers of requests. A handler may throw, preferably a `FailureError`. */
export type Handlers<T extends RequestTable<T>> = {
  readonly [K in keyof T]: (params: T[K]['params']) => Answer<T[K]['result']> | Promise<Answer<T[K]['result']>>;
};

type Answer<Result> = Result | Moved<Result>;

/** A result that is moved where the channel supports it. The handler must not use it afterwards. */
class Moved<Result> {
  readonly result: Result;
  readonly buffers: readonly ArrayBuffer[];

  constructor(result: Result, buffers: readonly ArrayBuffer[]) {
    this.result = result;
    this.buffers = buffers;
  }
}

/** Moves bytes as a result, or copies them if they are only a part of their buffer. */
export function handOver(bytes: Uint8Array): Answer<Uint8Array> {
  const buffers = wholeBuffers([bytes]);
  return buffers.length > 0 ? new Moved(bytes, buffers) : bytes;
}

/** The buffers of those arrays that fill their whole buffer. */
export function wholeBuffers(all: readonly (Uint8Array | undefined)[]): readonly ArrayBuffer[] {
  return all.flatMap((bytes) => {
    const buffer = bytes?.buffer;
    return buffer instanceof ArrayBuffer && bytes?.byteLength === buffer.byteLength ? [buffer] : [];
  });
}

export interface ConnectOptions<Served extends RequestTable<Served>, EventIn> {
  readonly serve: Handlers<Served>;
  readonly onEvent?: (event: EventIn) => void;
  /** A message was received or sent that does not belong to this protocol. */
  readonly onProtocolError?: (failure: Failure) => void;
}

export interface Connection<Asked extends RequestTable<Asked>, EventOut> {
  /** Never rejects: a closed or broken channel is an `err` too. */
  ask<K extends keyof Asked & string>(
    name: K,
    params: Asked[K]['params'],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Reply<Asked[K]['result']>>;
  tell(event: EventOut, transfer?: readonly ArrayBuffer[]): void;
  /** Answers every pending and every later request with the failure, and stops listening. */
  close(failure?: Failure): void;
  readonly closed: boolean;
}

type Message =
  | { readonly kind: 'request'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply<unknown> }
  | { readonly kind: 'event'; readonly event: unknown }
  | { readonly kind: 'error'; readonly failure: Failure };

/** Opens this side of a channel: `Served` is answered here, `Asked` is answered by the other side. */
export function connect<Served extends RequestTable<Served>, Asked extends RequestTable<Asked>, EventIn, EventOut>(
  port: Port,
  options: ConnectOptions<Served, EventIn>,
): Connection<Asked, EventOut> {
  return new PortConnection<Served, Asked, EventIn, EventOut>(port, options);
}

class PortConnection<Served extends RequestTable<Served>, Asked extends RequestTable<Asked>, EventIn, EventOut>
  implements Connection<Asked, EventOut>
{
  readonly #port: Port;
  readonly #options: ConnectOptions<Served, EventIn>;
  readonly #pending = new Map<number, (reply: Reply<never>) => void>();
  readonly #subscriptions: Disposable[] = [];
  #nextId = 1;
  #closedBy: Failure | undefined;

  constructor(port: Port, options: ConnectOptions<Served, EventIn>) {
    this.#port = port;
    this.#options = options;
    this.#subscriptions.push(port.onMessage((message) => this.#receive(message)));
    if (port.onClose) {
      this.#subscriptions.push(port.onClose(() => this.close()));
    }
  }

  get closed(): boolean {
    return this.#closedBy !== undefined;
  }

  ask<K extends keyof Asked & string>(
    name: K,
    params: Asked[K]['params'],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Reply<Asked[K]['result']>> {
    if (this.#closedBy) {
      return Promise.resolve({ err: this.#closedBy });
    }
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      const failure = this.#post({ kind: 'request', id, name, params }, transfer);
      if (failure) {
        this.#settle(id, { err: failure });
      }
    });
  }

  tell(event: EventOut, transfer?: readonly ArrayBuffer[]): void {
    if (!this.#closedBy) {
      this.#post({ kind: 'event', event }, transfer);
    }
  }

  close(failure: Failure = closedFailure()): void {
    if (this.#closedBy) {
      return;
    }
    this.#closedBy = { code: failure.code, message: failure.message };
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id, { err: this.#closedBy });
    }
  }

  #settle(id: number, reply: Reply<unknown>): void {
    const resolve = this.#pending.get(id);
    this.#pending.delete(id);
    // The type of a reply follows from its id, which the map cannot express.
    resolve?.(reply as Reply<never>);
  }

  #receive(message: unknown): void {
    if (!isMessage(message)) {
      this.#post({ kind: 'error', failure: protocolFailure(t('A message of an unknown kind was received.')) });
      return;
    }
    switch (message.kind) {
      case 'request':
        void this.#answer(message.id, message.name, message.params);
        return;
      case 'reply':
        this.#settle(message.id, message.reply);
        return;
      case 'event':
        this.#options.onEvent?.(message.event as EventIn);
        return;
      case 'error':
        this.#options.onProtocolError?.(message.failure);
        return;
    }
  }

  async #answer(id: number, name: string, params: unknown): Promise<void> {
    const answer = await this.#serve(name, params);
    if (this.#closedBy) {
      return;
    }
    const isMoved = 'ok' in answer && answer.ok instanceof Moved;
    const failure = isMoved
      ? this.#post({ kind: 'reply', id, reply: { ok: answer.ok.result } }, answer.ok.buffers)
      : this.#post({ kind: 'reply', id, reply: answer });
    if (failure) {
      this.#post({ kind: 'reply', id, reply: { err: failure } });
    }
  }

  async #serve(name: string, params: unknown): Promise<Reply<unknown>> {
    if (!Object.hasOwn(this.#options.serve, name)) {
      return { err: { code: 'unknown-request', message: t('The request "{0}" is not known here.', name) } };
    }
    try {
      const handler = this.#options.serve[name as keyof Served];
      return { ok: await handler(params as Served[keyof Served]['params']) };
    } catch (error) {
      return { err: toFailure(error) };
    }
  }

  /** Posts a message. Returns a failure if it cannot be cloned or the channel is closed. */
  #post(message: Message, transfer?: readonly ArrayBuffer[]): Failure | undefined {
    try {
      this.#port.post(message, transfer);
      return undefined;
    } catch (error) {
      return toFailure(error);
    }
  }
}

/** The thrown value as a failure; an error without a code gets the code `internal`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Error) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : 'internal';
    return { code, message: error.message || error.name };
  }
  return { code: 'internal', message: String(error) };
}

/** Two connected ports in memory; messages arrive in a later microtask, cloned as between processes. */
export function portPair(): [Port & Disposable, Port & Disposable] {
  const listeners = [new Set<(message: unknown) => void>(), new Set<(message: unknown) => void>()];
  const closers = new Set<() => void>();
  let open = true;
  const dispose = () => {
    open = false;
    for (const closer of [...closers]) {
      closer();
    }
  };
  const port = (own: number): Port & Disposable => ({
    post(message, transfer) {
      const copy: unknown = structuredClone(message, { transfer: [...(transfer ?? [])] });
      queueMicrotask(() => {
        for (const listener of open ? [...listeners[1 - own]] : []) {
          listener(copy);
        }
      });
    },
    onMessage(listener) {
      listeners[own].add(listener);
      return toDisposable(() => listeners[own].delete(listener));
    },
    onClose(listener) {
      closers.add(listener);
      return toDisposable(() => closers.delete(listener));
    },
    dispose,
  });
  return [port(0), port(1)];
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null || !('kind' in value)) {
    return false;
  }
  switch (value.kind) {
    case 'request':
      return 'id' in value && typeof value.id === 'number' && 'name' in value && typeof value.name === 'string';
    case 'reply':
      return 'id' in value && typeof value.id === 'number' && 'reply' in value && isReply(value.reply);
    case 'event':
      return 'event' in value;
    case 'error':
      return 'failure' in value;
    default:
      return false;
  }
}

function isReply(value: unknown): value is Reply<unknown> {
  return typeof value === 'object' && value !== null && ('ok' in value || 'err' in value);
}

function protocolFailure(message: string): Failure {
  return { code: 'protocol', message };
}

function closedFailure(): Failure {
  return { code: 'closed', message: t('The engine has ended. Restart the run to go on.') };
}
