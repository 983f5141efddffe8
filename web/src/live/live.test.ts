import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Publication } from '../model/message';
import { Live, type Standing } from './live';

const epoch = '0190e000-0000-7000-8000-000000000001';

interface Command {
  id: number;
  connect?: object;
  subscribe?: Record<string, unknown>;
  presence?: { channel: string };
}

/** A server that takes everybody, and answers subscriptions as the test says. */
class FakeSocket {
  static all: FakeSocket[] = [];
  readonly subscribes: Record<string, unknown>[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number; reason: string }) => void;
  binaryType = '';

  constructor() {
    FakeSocket.all.push(this);
    queueMicrotask(() => this.onopen?.());
  }

  send(frame: string): void {
    for (const line of frame.split('\n')) {
      const { id, connect, subscribe, presence } = JSON.parse(line) as Command;
      if (connect !== undefined) this.say({ id, connect: { client: 'c', version: 'v', ping: 25, pong: true } });
      if (presence !== undefined) this.say({ id, presence: { presence: { ann: { client: 'ann', user: 'ann' } } } });
      if (subscribe === undefined) continue;
      this.subscribes.push(subscribe);
      this.say({ id, subscribe: answers.shift() ?? {} });
    }
  }

  close(): void {
    this.onclose?.({ code: 1000, reason: '' });
  }

  say(reply: object): void {
    queueMicrotask(() => this.onmessage?.({ data: JSON.stringify(reply) }));
  }
}

let answers: object[];
let standings: Standing[];
let publications: (number | undefined)[];
let live: Live;
const handlers = {
  onPublication: ({ offset }: Publication) => publications.push(offset),
  onSubscribed: (standing: Standing) => standings.push(standing),
};
const pub = (offset: number): object => ({ data: {}, offset });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.all = [];
  answers = [];
  standings = [];
  publications = [];
  const tokens = { token: async () => 'token', renew: async () => 'token' };
  live = new Live('ws://127.0.0.1:1', tokens, () => undefined);
  live.connect();
});

afterEach(() => {
  live.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('goes on from where the history ends', async () => {
  answers = [{ recoverable: true, epoch, offset: 7, was_recovering: true, recovered: true, publications: [pub(9)] }];
  live.enter('chat.1', handlers, { epoch, sequence: 7 });
  await vi.advanceTimersByTimeAsync(100);
  expect(FakeSocket.all[0]?.subscribes).toMatchObject([{ channel: 'chat.1', recover: true, epoch, offset: 7 }]);
  expect(standings).toEqual([{ recovering: true, recovered: true, position: { epoch, sequence: 7 } }]);
  expect(publications).toEqual([9]);
});

test('after an interruption goes on after the last publication', async () => {
  answers = [
    { recoverable: true, epoch, offset: 7 },
    { recoverable: true, epoch, offset: 8, was_recovering: true, recovered: true, publications: [pub(9), pub(12)] },
  ];
  live.enter('chat.1', handlers);
  await vi.advanceTimersByTimeAsync(100);
  expect(standings).toEqual([{ recovering: false, recovered: false, position: { epoch, sequence: 7 } }]);
  FakeSocket.all[0]?.say({ push: { channel: 'chat.1', pub: pub(8) } });
  await vi.advanceTimersByTimeAsync(0);
  FakeSocket.all[0]?.close();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(FakeSocket.all[1]?.subscribes).toMatchObject([{ recover: true, epoch, offset: 8 }]);
  expect(standings[1]).toMatchObject({ recovering: true, recovered: true });
  expect(publications).toEqual([8, 9, 12]);
});

test('says that what was missed is lost', async () => {
  answers = [{ recoverable: true, epoch, offset: 99, was_recovering: true }];
  live.enter('chat.1', handlers, { epoch, sequence: 7 });
  await vi.advanceTimersByTimeAsync(100);
  expect(standings).toEqual([{ recovering: true, recovered: false, position: { epoch, sequence: 99 } }]);
});

test('knows no position of a channel that has none', async () => {
  live.enter('typing.1', handlers);
  await vi.advanceTimersByTimeAsync(100);
  expect(standings).toEqual([{ recovering: false, recovered: false, position: null }]);
});

test('tells who is online, and who comes and goes', async () => {
  const seen: unknown[] = [];
  live.enter('chat.1', { ...handlers, onPresence: (...news) => seen.push(news), onEnd: () => seen.push('end') });
  await vi.advanceTimersByTimeAsync(100);
  expect(FakeSocket.all[0]?.subscribes).toMatchObject([{ channel: 'chat.1', join_leave: true }]);
  expect(await settled(live.online('1'))).toEqual(['ann']);
  const info = { client: 'ben', user: 'ben' };
  FakeSocket.all[0]?.say({ push: { channel: 'chat.1', join: { info } } });
  FakeSocket.all[0]?.say({ push: { channel: 'chat.1', leave: { info } } });
  FakeSocket.all[0]?.say({ push: { channel: 'chat.1', unsubscribe: { code: 2000, reason: 'not a member any more' } } });
  await vi.advanceTimersByTimeAsync(100);
  expect(seen).toEqual([['ben', true], ['ben', false], 'end']);
});

async function settled<Value>(promise: Promise<Value>): Promise<Value> {
  await vi.advanceTimersByTimeAsync(100);
  return promise;
}
