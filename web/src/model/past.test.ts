import { describe, expect, test } from 'vitest';
import type { Message } from './message';
import { joined, meets, messageAt, reopened, unreadPast, withAround, withNewerPage, withOlderPage } from './past';
import { emptyTimeline, withLive, withNewest } from './timeline';

const epoch = '0190e000-0000-7000-8000-000000000001';

function messages(...sequences: number[]): Message[] {
  return sequences.map((sequence) => ({
    id: `m${sequence}`, clientId: '', author: 'ann', text: `${sequence}`, time: 0, epoch, sequence,
  }));
}

function numbers(held: { messages: readonly Message[] }): number[] {
  return held.messages.map(({ sequence }) => sequence);
}

const around = withAround(unreadPast, messages(12, 11, 10), 'before 10', 'after 12');

test('grows in both directions, in order', () => {
  const past = withNewerPage(withOlderPage(around, messages(9, 8), null), messages(13, 14), 'after 14');
  expect(numbers(past)).toEqual([8, 9, 10, 11, 12, 13, 14]);
  expect(past.older).toBeNull();
  expect(past.newer).toBe('after 14');
});

describe('the timeline', () => {
  const timeline = withNewest(emptyTimeline, messages(21, 20), 'before 20');

  test('is met where nothing is missing in between', () => {
    expect(meets(around, timeline)).toBe(false);
    expect(meets(withNewerPage(around, messages(13, 20), null), timeline)).toBe(true);
  });

  test('is not met before either is read', () => {
    const live = withLive(emptyTimeline, messages(12)[0] as Message);
    expect(meets(around, live)).toBe(false);
    expect(meets(unreadPast, timeline)).toBe(false);
  });

  test('goes on where the past began, and has each message once', () => {
    const whole = joined(withNewerPage(around, messages(13, 20), 'after 20'), timeline);
    expect(numbers(whole)).toEqual([10, 11, 12, 13, 20, 21]);
    expect(whole.older).toBe('before 10');
    expect(whole.complete).toBe(timeline.complete);
  });

  test('that reaches further back keeps its own cursor', () => {
    expect(joined(withAround(unreadPast, messages(21), 'before 21', null), timeline).older).toBe('before 20');
  });
});

test('that was the newest and is not any more goes on behind its last message', () => {
  expect(reopened({ ...around, newer: null }).newer).toBe(`${epoch}-12`);
  expect(reopened(around)).toBe(around);
});

test('the message at a position is the one there, or the one before', () => {
  const held = messages(3, 5, 9);
  expect(messageAt(held, { epoch, sequence: 5 })?.sequence).toBe(5);
  expect(messageAt(held, { epoch, sequence: 8 })?.sequence).toBe(5);
  expect(messageAt(held, { epoch, sequence: 1 })?.sequence).toBe(3);
  expect(messageAt(held, { epoch, sequence: 10 })?.sequence).toBe(9);
  expect(messageAt([], { epoch, sequence: 1 })).toBeUndefined();
});
