import assert from 'node:assert/strict';
import type { EngineRequests, HostRequests } from '../../../src/protocol/engine';
import { EngineClient } from '../../../src/protocol/engineClient';
import { protocolVersion } from '../../../src/protocol/hello';
import { connect, FailureError, handOver, type Port, portPair } from '../../../src/protocol/rpc';

interface Sums {
  add: { params: readonly number[]; result: number };
  fail: { params: null; result: null };
  wait: { params: null; result: null };
  uncloneable: { params: null; result: unknown };
  bytes: { params: null; result: Uint8Array };
}
type Nothing = Record<never, never>;

function open(bytes = new Uint8Array(8)) {
  const [left, right] = portPair();
  const events: string[] = [];
  const errors: string[] = [];
  const server = connect<Sums, Nothing, never, string>(right, {
    serve: {
      add: (numbers) => numbers.reduce((sum, number) => sum + number, 0),
      fail: () => {
        throw new FailureError('no-way', 'Take another way.');
      },
      wait: () => new Promise(() => undefined),
      uncloneable: () => () => undefined,
      bytes: () => handOver(bytes),
    },
  });
  const client = connect<Nothing, Sums, string, never>(left, {
    serve: {},
    onEvent: (event) => events.push(event),
    onProtocolError: ({ code }) => errors.push(code),
  });
  return { left, right, server, client, events, errors };
}

describe('an engine’s client', () => {
  it('refuses an engine that speaks another protocol', async () => {
    const [host, server] = portPair();
    const capabilities = { requests: [], steps: [], measurements: [] };
    connect<Pick<EngineRequests, 'hello'>, HostRequests, never, never>(server, {
      serve: { hello: () => ({ protocol: protocolVersion + 1, engine: 'nnspec', capabilities }) },
    });
    const client = new EngineClient(host, {} as never);
    const reply = await client.hello();
    assert.ok('err' in reply && reply.err.code === 'protocol-version');
    assert.match(reply.err.message, new RegExp(`version ${protocolVersion + 1} `));
    client.dispose();
  });
});

describe('a connection', () => {
  it('answers requests, each with its own reply', async () => {
    const { client } = open();
    const replies = await Promise.all([client.ask('add', [1, 2]), client.ask('add', [3, 4])]);
    assert.deepEqual(replies, [{ ok: 3 }, { ok: 7 }]);
  });

  it('moves bytes that are handed over, and copies them where they are part of a larger buffer', async () => {
    const whole = Uint8Array.of(1, 2, 3);
    assert.deepEqual(await open(whole).client.ask('bytes', null), { ok: Uint8Array.of(1, 2, 3) });
    assert.equal(whole.length, 0);
    const part = Uint8Array.of(1, 2, 3).subarray(1);
    assert.deepEqual(await open(part).client.ask('bytes', null), { ok: Uint8Array.of(2, 3) });
    assert.deepEqual(part, Uint8Array.of(2, 3));
  });

  it('turns an error that a handler throws into a value with its code', async () => {
    const { client } = open();
    assert.deepEqual(await client.ask('fail', null), { err: { code: 'no-way', message: 'Take another way.' } });
  });

  it('answers pending and later requests when it is closed', async () => {
    const { client } = open();
    const pending = client.ask('wait', null);
    client.close({ code: 'killed', message: 'The engine was killed.' });
    assert.deepEqual(await pending, { err: { code: 'killed', message: 'The engine was killed.' } });
    const later = await client.ask('add', [1]);
    assert.equal('err' in later && later.err.code, 'killed');
  });

  it('answers pending requests when its channel closes', async () => {
    const { client, right } = open();
    const pending = client.ask('wait', null);
    right.dispose();
    const reply = await pending;
    assert.equal('err' in reply && reply.err.code, 'closed');
    assert.ok(client.closed);
  });

  it('answers an unknown request with an error', async () => {
    const { client } = open();
    const ask = client.ask as unknown as (name: string, params: null) => Promise<{ err?: { code: string } }>;
    for (const name of ['subtract', 'toString', 'constructor']) {
      assert.equal((await ask.call(client, name, null)).err?.code, 'unknown-request');
    }
  });

  it('answers a message that does not belong to the protocol with an error', async () => {
    const { left, errors } = open();
    for (const message of [
      null,
      'hello',
      { kind: 'request', name: 'add' },
      { kind: 'dance' },
      { kind: 'reply', id: 1 },
    ]) {
      left.post(message);
    }
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(errors, Array(5).fill('protocol'));
  });

  it('answers with an error where params or result cannot be cloned', async () => {
    const { client } = open();
    assert.ok('err' in (await client.ask('uncloneable', null)));
    assert.ok('err' in (await client.ask('add', [() => 1] as unknown as number[])));
  });

  it('answers with an error where the channel refuses the message', async () => {
    const broken: Port = {
      post: () => {
        throw new Error('channel closed');
      },
      onMessage: () => ({ dispose: () => undefined }),
    };
    const client = connect<Nothing, Sums, never, never>(broken, { serve: {} });
    assert.deepEqual(await client.ask('add', [1]), { err: { code: 'internal', message: 'channel closed' } });
  });

  it('delivers events in order, as copies', async () => {
    const { client, server, events } = open();
    server.tell('one');
    server.tell('two');
    await client.ask('add', []);
    assert.deepEqual(events, ['one', 'two']);
  });
});
