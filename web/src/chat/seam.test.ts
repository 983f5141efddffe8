// Where history and live messages meet: however they interleave, the page ends with every message once.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import type { MessagePage, PageAround, StoredMessage } from '../api/shapes';
import type { ChannelHandlers } from '../live/live';
import type { Position } from '../model/position';
import { createState, type State } from '../state/state';
import { Chat } from './chat';

const ann = { id: 'ann', username: 'ann', display_name: 'Ann' };
const bob = { id: 'bob', username: 'bob', display_name: 'Bob' };
const epoch = '0190e000-0000-7000-8000-000000000001';
const talk = { id: 't', kind: 'direct', title: null, created_at: '', member_count: 2, members: [ann, bob], read: null, muted: null };
const pageSize = 5;

/** One conversation `t` in a stream that others use too; answers take a moment, and may fail. */
class FakeServer {
  historyAway = false;
  canRecover = true;
  reads = 0;
  private head = 0;
  private readonly sequences: number[] = [];
  private readonly entered = new Map<string, { handlers: ChannelHandlers; position: number | null; live: boolean }>();

  publish(): void {
    this.head += 1 + (this.head % 3);
    this.sequences.push(this.head);
    const channel = this.entered.get('chat.t');
    if (channel?.live === true) this.deliver(channel, this.head);
  }

  get published(): readonly number[] {
    return this.sequences;
  }

  get isListenedTo(): boolean {
    return this.entered.get('chat.t')?.live === true;
  }

  async listMessages(before: string | undefined, signal: AbortSignal): Promise<MessagePage> {
    ++this.reads;
    await moment();
    const { historyAway, head } = this;
    const all = this.sequences.filter((sequence) => before === undefined || sequence < Number(before));
    await moment();
    signal.throwIfAborted();
    if (historyAway) throw new Problem('unavailable', 'away');
    const messages = all.slice(-pageSize).reverse();
    return {
      messages: messages.map(stored),
      next: all.length > pageSize ? `${messages.at(-1)}` : null,
      resume: `${epoch}-${head}`,
    };
  }

  async listNewerMessages(after: string, signal: AbortSignal): Promise<MessagePage> {
    const all = await this.answer(signal);
    const beyond = all.filter((sequence) => sequence > numberOf(after));
    const messages = beyond.slice(0, pageSize);
    return {
      messages: messages.map(stored),
      next: beyond.length > pageSize ? `${epoch}-${messages.at(-1)}` : null,
      resume: null,
    };
  }

  async listMessagesAround(around: string, signal: AbortSignal): Promise<PageAround> {
    const all = await this.answer(signal);
    const middle = all.filter((sequence) => sequence < numberOf(around)).length;
    const [first, last] = [Math.max(0, middle - 2), Math.min(all.length, middle + 3)];
    const messages = all.slice(first, last).reverse();
    return {
      messages: messages.map(stored),
      next: first > 0 ? `${messages.at(-1)}` : null,
      previous: last < all.length ? `${epoch}-${messages[0]}` : null,
      resume: null,
    };
  }

  private async answer(signal: AbortSignal): Promise<readonly number[]> {
    await moment();
    const { historyAway } = this;
    const all = [...this.sequences];
    await moment();
    signal.throwIfAborted();
    if (historyAway) throw new Problem('unavailable', 'away');
    return all;
  }

  enter(name: string, handlers: ChannelHandlers, since: Position | null): void {
    if (this.entered.has(name)) return;
    this.entered.set(name, { handlers, position: since?.sequence ?? null, live: false });
    void this.subscribe(name);
  }

  leave(name: string): void {
    this.entered.delete(name);
  }

  /** The connection is gone and comes back: each channel goes on from its position. */
  interrupt(): void {
    for (const [name, channel] of this.entered) {
      channel.live = false;
      void this.subscribe(name);
    }
  }

  private async subscribe(name: string): Promise<void> {
    await moment(random() < 0.2 ? 2_000 : 50);
    const channel = this.entered.get(name);
    if (channel === undefined || channel.live) return;
    const recovering = channel.position !== null;
    const recovered = recovering && this.canRecover;
    const from = recovered ? (channel.position ?? 0) : this.head;
    channel.live = true;
    channel.position = from;
    channel.handlers.onSubscribed?.({ recovering, recovered, position: { epoch, sequence: from } });
    if (name !== 'chat.t') return;
    for (const sequence of this.sequences) if (sequence > from) this.deliver(channel, sequence);
  }

  private deliver(channel: { handlers: ChannelHandlers; position: number | null }, sequence: number): void {
    channel.position = sequence;
    const { id, client_id, kind, text } = stored(sequence);
    channel.handlers.onPublication({
      data: { kind, id, client_id, text }, offset: sequence, info: { user: bob.id }, tags: { epoch },
    });
  }
}

let server: FakeServer;
let random: () => number;
let state: State;
let chat: Chat;

vi.mock('../live/live', () => ({
  Live: class {
    connect = (): void => undefined;
    close = (): void => undefined;
    leave = (name: string): void => server.leave(name);
    online = async (): Promise<string[]> => [];
    sendText = (): Promise<never> => new Promise(() => undefined);
    tellTyping = (): void => undefined;
    enter = (name: string, handlers: ChannelHandlers, since: Position | null = null): void => server.enter(name, handlers, since);
  },
}));

vi.mock('../api/api', () => ({
  Api: class {
    listMessages = (_: string, before: string | undefined, signal: AbortSignal): Promise<MessagePage> => server.listMessages(before, signal);
    listNewerMessages = (_: string, after: string, signal: AbortSignal): Promise<MessagePage> => server.listNewerMessages(after, signal);
    listMessagesAround = (_: string, around: string, signal: AbortSignal): Promise<PageAround> => server.listMessagesAround(around, signal);
    listMembers = async (): Promise<object> => ({ members: [ann, bob], next: null });
    countUnread = async (): Promise<object[]> => [];
    markRead = async (): Promise<void> => undefined;
    listConversations = async (): Promise<object> => {
      await moment();
      return { conversations: [talk], next: null };
    };
  },
}));

function stored(sequence: number): StoredMessage {
  return {
    id: `m${sequence}`, client_id: '', conversation: 't', kind: 'text', text: `${sequence}`, from: bob, epoch, sequence,
    timestamp: '2026-11-21T10:00:00.000Z',
  };
}

function numberOf(position: string): number {
  return Number(position.slice(epoch.length + 1));
}

function moment(longest = 50): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, random() * longest));
}

function shown(): number[] {
  return (state.timelines.value.get('t')?.messages ?? []).map(({ sequence }) => sequence);
}

/** Scrolls to the first message. */
async function readAll(): Promise<void> {
  await vi.advanceTimersByTimeAsync(30_000);
  while (state.timelines.value.get('t')?.older != null) {
    chat.loadOlder('t');
    await vi.advanceTimersByTimeAsync(1_000);
  }
}

/** Looks at some message that was published. */
function visit(): void {
  const { published } = server;
  const sequence = published[Math.floor(random() * published.length)];
  if (sequence !== undefined) chat.open('t', { epoch, sequence });
}

function past(): number[] | undefined {
  return state.pasts.value.get('t')?.messages.map(({ sequence }) => sequence);
}

/** Scrolls down until the newest messages are reached. */
async function readOn(): Promise<void> {
  await vi.advanceTimersByTimeAsync(30_000);
  for (let pages = 0; state.pasts.value.has('t'); ++pages) {
    expect(pages).toBeLessThan(1_000);
    chat.loadNewer('t');
    await vi.advanceTimersByTimeAsync(1_000);
  }
}

/** The same numbers for the same seed (mulberry32). */
function generator(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { hidden: false });
  random = generator(1);
  server = new FakeServer();
  state = createState();
  chat = new Chat(state, ann, 'ws://127.0.0.1:1', { token: async () => '', renew: async () => '' });
});

afterEach(() => {
  chat.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a page', () => {
  test('that opens reads the history once, and what comes meanwhile follows it', async () => {
    server.publish();
    chat.start();
    chat.open('t');
    for (let i = 0; i < 20; ++i) {
      server.publish();
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(30_000);
    expect(server.reads).toBe(1);
    await readAll();
    expect(shown()).toEqual(server.published);
  });

  test('shows what comes while the history is away, and all of it once it is back', async () => {
    server.historyAway = true;
    for (let i = 0; i < 7; ++i) server.publish();
    chat.start();
    chat.open('t');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.isListenedTo).toBe(true);
    for (let i = 0; i < 10; ++i) {
      server.publish();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(shown().at(-1)).toBe(server.published.at(-1));
    server.historyAway = false;
    await readAll();
    expect(shown()).toEqual(server.published);
    expect(state.problems.value.has('t')).toBe(false);
  });

  test('that shows a conversation before its channel delivers misses nothing in between', async () => {
    random = () => 0.19;  // answers take 9.5 ms, channels 380 ms
    chat.start();
    await vi.advanceTimersByTimeAsync(20);
    chat.open('t');
    await vi.advanceTimersByTimeAsync(100);
    expect(server.reads).toBe(1);
    server.publish();
    await readAll();
    expect(shown()).toEqual(server.published);
  });

  test('that was interrupted reads nothing when it recovers', async () => {
    chat.start();
    chat.open('t');
    await vi.advanceTimersByTimeAsync(1_000);
    server.interrupt();
    for (let i = 0; i < 8; ++i) server.publish();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(shown()).toEqual(server.published);
    expect(server.reads).toBe(1);
  });

  test('that was interrupted reads once when it does not', async () => {
    chat.start();
    chat.open('t');
    await vi.advanceTimersByTimeAsync(1_000);
    server.canRecover = false;
    server.interrupt();
    for (let i = 0; i < 8; ++i) server.publish();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(server.reads).toBe(3);  // one, and two pages
    expect(shown()).toEqual(server.published);
  });
});

describe('an old message that is looked at', () => {
  beforeEach(async () => {
    for (let i = 0; i < 40; ++i) server.publish();
    chat.start();
    chat.open('t');
    await vi.advanceTimersByTimeAsync(1_000);
  });

  test('is shown with what was said around it, and new messages do not follow it', async () => {
    const { published } = server;
    chat.open('t', { epoch, sequence: published[10] ?? 0 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(past()).toEqual(published.slice(8, 13));
    expect(state.pasts.value.get('t')?.hasNews).toBe(false);
    server.publish();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(past()).toEqual(published.slice(8, 13));
    expect(state.pasts.value.get('t')?.hasNews).toBe(true);
    expect(shown().at(-1)).toBe(server.published.at(-1));
  });

  test('is read on from in both directions until it is one with the newest', async () => {
    const { published } = server;
    chat.open('t', { epoch, sequence: published[10] ?? 0 });
    await vi.advanceTimersByTimeAsync(1_000);
    chat.loadOlder('t');
    chat.loadNewer('t');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(past()).toEqual(published.slice(3, 18));
    await readOn();
    expect(shown()).toEqual(published.slice(3));
    server.publish();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown()).toEqual(server.published.slice(3));
  });

  test('needs nothing to be read when it is there', async () => {
    const { reads } = server;
    chat.open('t', { epoch, sequence: server.published[38] ?? 0 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(past()).toBeUndefined();
    expect(server.reads).toBe(reads);
    expect(state.aim.value?.position.sequence).toBe(server.published[38]);
  });

  test('is left by sending, and by going back to the newest', async () => {
    for (const leave of [() => chat.open('t'), () => chat.open(null), () => chat.send('t', 'hello')]) {
      chat.open('t', { epoch, sequence: server.published[10] ?? 0 });
      await vi.advanceTimersByTimeAsync(20);
      leave();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(past()).toBeUndefined();
      expect(state.aim.value).toBeNull();
      expect(shown()).toEqual(server.published.slice(-pageSize));
    }
  });

  test('is waited for while the history is away', async () => {
    server.historyAway = true;
    chat.open('t', { epoch, sequence: server.published[10] ?? 0 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(state.pasts.value.get('t')).toMatchObject({ loading: true, problem: 'away' });
    server.historyAway = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(past()).toEqual(server.published.slice(8, 13));
    expect(state.pasts.value.get('t')?.problem).toBe('');
  });
});

test('whatever happens in whatever order, each message is shown once', async () => {
  for (let seed = 1; seed <= 200; ++seed) {
    chat.stop();
    random = generator(seed);
    server = new FakeServer();
    state = createState();
    chat = new Chat(state, ann, 'ws://127.0.0.1:1', { token: async () => '', renew: async () => '' });
    chat.start();
    if (random() < 0.5) await vi.advanceTimersByTimeAsync(100);  // the list is there first
    chat.open('t');
    for (let step = 0; step < 60; ++step) {
      const what = random();
      if (what < 0.6) server.publish();
      else if (what < 0.7) chat.open(random() < 0.7 ? 't' : null);
      else if (what < 0.74) visit();
      else if (what < 0.75) chat.loadOlder('t');
      else if (what < 0.76) chat.loadNewer('t');
      else if (what < 0.8) server.historyAway = random() < 0.5;
      else if (what < 0.9) server.canRecover = random() < 0.5;
      else server.interrupt();
      await vi.advanceTimersByTimeAsync(random() < 0.8 ? random() * 60 : random() * 4_000);
      const [first, ...others] = past() ?? [];
      if (first !== undefined) {
        const begin = server.published.indexOf(first);
        expect([first, ...others], `seed ${seed}`).toEqual(server.published.slice(begin, begin + others.length + 1));
      }
    }
    server.historyAway = false;
    if (seed % 2 === 0) {
      chat.open('t');
    } else {
      visit();
      await readOn();
    }
    await readAll();
    expect(shown(), `seed ${seed}`).toEqual(server.published);
  }
});
