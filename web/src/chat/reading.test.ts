import { batch } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Api } from '../api/api';
import type { Conversation, Mute } from '../api/shapes';
import type { Message } from '../model/message';
import type { Position } from '../model/position';
import { merge } from '../model/timeline';
import { createState, put, type State } from '../state/state';
import { Reading } from './reading';

const epoch = '0190e000-0000-7000-8000-000000000001';
const at = (sequence: number): Position => ({ epoch, sequence });
const wait = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

/** The tabs of one browser. */
let channels: { onmessage?: (event: { data: unknown }) => void; name: string }[];
let marks: string[];
let counted: Record<string, number>;

class FakeChannel {
  onmessage?: (event: { data: unknown }) => void;
  constructor(readonly name: string) {
    channels.push(this);
  }
  postMessage(data: unknown): void {
    for (const other of channels) if (other !== this && other.name === this.name) other.onmessage?.({ data: structuredClone(data) });
  }
  close(): void {
    channels = channels.filter((channel) => channel !== this);
  }
}

class Tab {
  readonly state: State = createState();
  readonly reading: Reading;

  constructor(me = 'me') {
    const api: Partial<Api> = {
      countUnread: async (ids) => ids.map((conversation) => ({ conversation, count: counted[conversation] ?? 0 })),
      markRead: async (conversation, { sequence }) => void marks.push(`${conversation}${sequence}`),
      mute: async (_, until): Promise<Mute> => ({ until }),
      unmute: async () => undefined,
    };
    this.reading = new Reading(this.state, me, api as Api);
    this.reading.start();
  }

  /** The list with one conversation, `c`. */
  list(read: number | null, muted: Mute | null = null): void {
    const conversation: Conversation = {
      id: 'c', kind: 'room', title: 'C', created_at: '', member_count: 2, members: [], read: read === null ? null : at(read), muted,
    };
    batch(() => {
      this.state.conversations.value = [conversation];
      this.reading.listed([conversation], new Set(['c']));
    });
  }

  open(sequences: number[], authors: Record<number, string> = {}): void {
    this.state.open.value = 'c';
    this.reading.opened('c');
    this.put(sequences, authors);
    this.reading.loaded('c');
  }

  hear(sequence: number, author = 'ann'): void {
    this.put([sequence], { [sequence]: author });
    this.reading.hear('c', message(sequence, author));
  }

  private put(sequences: number[], authors: Record<number, string>): void {
    const held = this.state.timelines.peek().get('c')?.messages ?? [];
    const messages = merge(held, sequences.map((sequence) => message(sequence, authors[sequence] ?? 'ann')));
    put(this.state.timelines, 'c', { messages, older: null, complete: at(messages.at(-1)?.sequence ?? 0) });
  }

  get unread(): number {
    return this.state.unread.value.get('c') ?? 0;
  }

  /** The line: behind which message, and up to which. */
  get part(): (number | undefined)[] | null {
    const part = this.state.unreadPart.value;
    return part === null ? null : [part.after?.sequence, part.upTo.sequence];
  }
}

function message(sequence: number, author: string): Message {
  return { ...at(sequence), id: `m${sequence}`, clientId: '', author, text: '', time: 0 };
}

let tab: Tab;

beforeEach(() => {
  vi.useFakeTimers();
  [channels, marks, counted] = [[], [], {}];
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  tab = new Tab();
});

afterEach(() => {
  tab.reading.stop();
  vi.useRealTimers();
});

describe('what is in sight', () => {
  test('is told the server, and is not new any more', async () => {
    counted = { c: 2 };
    tab.list(1);
    await wait(500);
    expect(tab.unread).toBe(2);
    tab.open([1, 2, 3]);
    expect([tab.unread, marks]).toEqual([2, []]);
    tab.state.atEnd.value = 'c';
    await wait(0);
    expect([tab.unread, marks]).toEqual([0, ['c3']]);
  });

  test('that was read before is not told again', async () => {
    tab.list(3);
    tab.open([1, 2, 3]);
    tab.state.atEnd.value = 'c';
    await wait(5_000);
    expect(marks).toEqual([]);
  });

  test('is not told while the page is hidden, or the end of it not in sight', async () => {
    tab.list(1);
    tab.open([1]);
    tab.state.atEnd.value = 'c';
    tab.state.visible.value = false;
    tab.hear(2);
    counted = { c: 1 };
    await wait(5_000);
    expect([tab.unread, marks]).toEqual([1, []]);
    tab.state.atEnd.value = null;
    tab.state.visible.value = true;
    tab.hear(3);
    counted = { c: 2 };
    await wait(5_000);
    expect([tab.unread, marks]).toEqual([2, []]);
    tab.state.atEnd.value = 'c';
    await wait(0);
    expect([tab.unread, marks]).toEqual([0, ['c3']]);
  });

  test('is never counted', () => {
    tab.list(1);
    tab.open([1]);
    tab.state.atEnd.value = 'c';
    const seen: number[] = [];
    tab.state.unread.subscribe((unread) => seen.push(unread.get('c') ?? 0));
    tab.hear(2);
    tab.hear(3);
    expect(seen).toEqual([0]);
  });

  test('is known only when the list is', async () => {
    tab.open([1, 2]);
    tab.state.atEnd.value = 'c';
    await wait(5_000);
    expect(marks).toEqual([]);
    tab.list(1);
    await wait(0);
    expect(marks).toEqual(['c2']);
    expect(tab.part).toEqual([1, 2]);
  });

  test('is told at once when the page is hidden', async () => {
    tab.list(1);
    tab.open([1]);
    tab.state.atEnd.value = 'c';
    tab.hear(2);
    tab.hear(3);
    expect(marks).toEqual(['c2']);
    await wait(0);
    tab.state.visible.value = false;
    expect(marks).toEqual(['c2', 'c3']);
  });
});

describe('the line', () => {
  test('stays where the unread messages began when the conversation was opened', () => {
    tab.list(1);
    tab.open([1, 2, 3]);
    tab.state.atEnd.value = 'c';
    expect(tab.part).toEqual([1, 3]);
    tab.hear(4);
    expect(tab.part).toEqual([1, 3]);
  });

  test('begins behind one’s own last message', () => {
    tab.list(1);
    tab.open([1, 2, 3, 4], { 3: 'me' });
    expect(tab.part).toEqual([3, 4]);
  });

  test('comes where the first message arrived while nobody looked', () => {
    tab.list(1);
    tab.open([1]);
    tab.state.atEnd.value = 'c';
    tab.hear(2);
    tab.state.visible.value = false;
    tab.hear(3);
    tab.hear(4);
    expect(tab.part).toEqual([2, 3]);
  });

  test('goes with the conversation', () => {
    tab.list(1);
    tab.open([1, 2]);
    tab.state.open.value = null;
    tab.reading.opened(null);
    expect(tab.part).toBeNull();
  });
});

describe('one’s own message', () => {
  test('says that what came before is read', () => {
    tab.list(1);
    tab.hear(2);
    tab.hear(3);
    expect(tab.unread).toBe(2);
    tab.hear(4, 'me');
    expect(tab.unread).toBe(0);
    tab.hear(5);
    expect(tab.unread).toBe(1);
  });
});

describe('another tab', () => {
  test('that shows a conversation clears its number here', async () => {
    const other = new Tab();
    for (const each of [tab, other]) each.list(1);
    for (const sequence of [2, 3]) for (const each of [tab, other]) each.hear(sequence);
    expect([tab.unread, other.unread]).toEqual([2, 2]);
    other.state.open.value = 'c';
    other.state.atEnd.value = 'c';
    expect([tab.unread, other.unread]).toEqual([0, 0]);
    tab.hear(4);
    expect(tab.unread).toBe(1);
    await wait(5_000);
    expect(marks).toEqual(['c3']);
    other.reading.stop();
  });

  test('of somebody else says nothing', () => {
    const other = new Tab('eve');
    for (const each of [tab, other]) each.list(1);
    for (const each of [tab, other]) each.hear(2);
    other.state.open.value = 'c';
    other.state.atEnd.value = 'c';
    expect([tab.unread, other.unread]).toEqual([1, 0]);
    other.reading.stop();
  });

  test('mutes here, too', async () => {
    const other = new Tab();
    for (const each of [tab, other]) each.list(1);
    await other.reading.mute('c', null);
    expect(tab.state.mutes.value.get('c')).toEqual({ until: null });
    await tab.reading.unmute('c');
    expect(other.state.mutes.value.has('c')).toBe(false);
    other.reading.stop();
  });
});

test('a mute ends by itself', async () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  tab.list(1, { until: inAnHour });
  await wait(3_599_000);
  expect(tab.state.mutes.value.get('c')).toEqual({ until: inAnHour });
  await wait(1_001);
  expect(tab.state.mutes.value.has('c')).toBe(false);
});

test('after an interruption the server is asked what was missed', async () => {
  tab.list(1);
  await wait(500);
  expect(tab.unread).toBe(0);
  counted = { c: 7 };
  tab.reading.subscribed('c');
  await wait(500);
  expect(tab.unread).toBe(7);
});

test('what was said before a new conversation was listened to is counted', async () => {
  tab.state.conversations.value = [];
  tab.reading.listed([], new Set());
  tab.list(null);
  await wait(500);
  expect(tab.unread).toBe(0);
  counted = { c: 1 };  // it was not in the database yet
  await wait(5_000);
  expect(tab.unread).toBe(1);
});
