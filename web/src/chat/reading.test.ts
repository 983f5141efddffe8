import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeChannel, Tab, type FakeServer } from './reading_fixture';

const wait = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

/** What the server was told, and what it has counted. */
let marks: number[];
let counted: number;
const server: FakeServer = {
  count: async () => counted,
  markRead: async (sequence) => void marks.push(sequence),
};
let tab: Tab;

beforeEach(() => {
  vi.useFakeTimers();
  [FakeChannel.channels, marks, counted] = [[], [], 0];
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  tab = new Tab(server);
});

afterEach(() => {
  tab.reading.stop();
  vi.useRealTimers();
});

describe('what is in sight', () => {
  test('is told the server, and is not new any more', async () => {
    counted = 2;
    tab.list(1);
    await wait(500);
    expect(tab.unread).toBe(2);
    tab.open([1, 2, 3]);
    expect([tab.unread, marks]).toEqual([2, []]);
    tab.state.atEnd.value = 'c';
    await wait(0);
    expect([tab.unread, marks]).toEqual([0, [3]]);
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
    counted = 1;
    await wait(5_000);
    expect([tab.unread, marks]).toEqual([1, []]);
    tab.state.atEnd.value = null;
    tab.state.visible.value = true;
    tab.hear(3);
    counted = 2;
    await wait(5_000);
    expect([tab.unread, marks]).toEqual([2, []]);
    tab.state.atEnd.value = 'c';
    await wait(0);
    expect([tab.unread, marks]).toEqual([0, [3]]);
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
    expect(marks).toEqual([2]);
    expect(tab.part).toEqual([1, 2]);
  });

  test('is told at once when the page is hidden', async () => {
    tab.list(1);
    tab.open([1]);
    tab.state.atEnd.value = 'c';
    tab.hear(2);
    tab.hear(3);
    expect(marks).toEqual([2]);
    await wait(0);
    tab.state.visible.value = false;
    expect(marks).toEqual([2, 3]);
  });
});

test('what the page before this one has read is counted no more, though the server hears of it late', async () => {
  counted = 1;
  tab.list(1);
  await wait(300);
  tab.hear(3);
  expect(tab.unread).toBe(2);
  await wait(5_000);
  expect(tab.unread).toBe(1);
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
    const other = new Tab(server);
    for (const each of [tab, other]) each.list(1);
    for (const sequence of [2, 3]) for (const each of [tab, other]) each.hear(sequence);
    expect([tab.unread, other.unread]).toEqual([2, 2]);
    other.state.open.value = 'c';
    other.state.atEnd.value = 'c';
    expect([tab.unread, other.unread]).toEqual([0, 0]);
    tab.hear(4);
    expect(tab.unread).toBe(1);
    await wait(5_000);
    expect(marks).toEqual([3]);
    other.reading.stop();
  });

  test('of somebody else says nothing', () => {
    const other = new Tab(server, 'eve');
    for (const each of [tab, other]) each.list(1);
    for (const each of [tab, other]) each.hear(2);
    other.state.open.value = 'c';
    other.state.atEnd.value = 'c';
    expect([tab.unread, other.unread]).toEqual([1, 0]);
    other.reading.stop();
  });

  test('mutes here, too', async () => {
    const other = new Tab(server);
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
  counted = 7;
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
  counted = 1;  // it was not in the database yet
  await wait(5_000);
  expect(tab.unread).toBe(1);
});
