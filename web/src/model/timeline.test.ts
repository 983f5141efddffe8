import { describe, expect, test } from 'vitest';
import type { Message } from './message';
import { emptyTimeline, merge, reachesHeld, withLive, withNewest, withOlder, withSent, type Timeline } from './timeline';

function message(sequence: number, epoch = 'a'): Message {
  return { id: `${epoch}${sequence}`, clientId: '', author: 'ann', text: `${sequence}`, time: 0, epoch, sequence };
}

function messages(...sequences: number[]): Message[] {
  return sequences.map((sequence) => message(sequence));
}

function shown(timeline: Timeline): number[] {
  return timeline.messages.map(({ sequence }) => sequence);
}

describe('merging', () => {
  test('puts what comes in any order into the order of positions', () => {
    expect(merge([message(2, 'b'), message(5)], [message(1, 'b'), message(4)]).map(({ id }) => id)).toEqual([
      'a4', 'a5', 'b1', 'b2',
    ]);
  });

  test('shows a message once, however often and from wherever it comes', () => {
    let timeline = withLive(emptyTimeline, message(3));
    timeline = withNewest(timeline, messages(3, 2, 1), null);
    timeline = withLive(timeline, message(3));
    expect(shown(timeline)).toEqual([1, 2, 3]);
  });
});

test('the answer to an own message does not replace what its publication has said', () => {
  const published = withLive(emptyTimeline, { ...message(1), time: 1_000 });
  expect(withSent(published, { ...message(1), time: 7 })).toBe(published);
  expect(withLive(withSent(emptyTimeline, message(1)), { ...message(1), time: 1_000 }).messages[0]?.time).toBe(1_000);
});

describe('loading', () => {
  test('a live message stays when the history does not have it yet', () => {
    expect(shown(withNewest(withLive(emptyTimeline, message(3)), messages(2, 1), null))).toEqual([1, 2, 3]);
  });

  test('the first page says where older messages are', () => {
    const timeline = withNewest(emptyTimeline, messages(9, 8), 'before 8');
    expect(timeline.older).toBe('before 8');
    expect(timeline.complete?.sequence).toBe(9);
  });

  test('an older page goes in front and moves the cursor', () => {
    const timeline = withOlder(withNewest(emptyTimeline, messages(9, 8), 'before 8'), messages(7, 6), null);
    expect(shown(timeline)).toEqual([6, 7, 8, 9]);
    expect(timeline.older).toBeNull();
  });

  test('an empty conversation is complete', () => {
    expect(withNewest(emptyTimeline, [], null)).toEqual({ messages: [], older: null, complete: null });
  });
});

describe('after an interruption', () => {
  const before = withNewest(emptyTimeline, messages(5, 4), 'before 4');

  test('reading goes on until it meets what is held', () => {
    expect(reachesHeld(before, messages(20, 19), 'before 19')).toBe(false);
    expect(reachesHeld(before, messages(7, 6, 5), 'before 5')).toBe(true);
    expect(reachesHeld(before, messages(7, 6), null)).toBe(true);
  });

  test('what was missed is filled in and the older cursor stays', () => {
    const timeline = withNewest(withLive(before, message(8)), messages(7, 6, 5), 'before 5');
    expect(shown(timeline)).toEqual([4, 5, 6, 7, 8]);
    expect(timeline.older).toBe('before 4');
  });

  test('a live message does not hide that something before it is missing', () => {
    expect(reachesHeld(withLive(before, message(20)), messages(20, 19), 'before 19')).toBe(false);
  });

  test('a hole too large to read leaves no hole in what is shown', () => {
    const timeline = withNewest(before, messages(20, 19), 'before 19');
    expect(shown(timeline)).toEqual([19, 20]);
    expect(timeline.older).toBe('before 19');
  });

  test('so does one between live messages and the first page', () => {
    const live = withLive(withLive(emptyTimeline, message(1)), message(30));
    expect(shown(withNewest(live, messages(29, 28), 'before 28'))).toEqual([28, 29, 30]);
  });
});
