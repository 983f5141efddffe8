import { describe, expect, test } from 'vitest';
import type { Message } from './message';
import { countText, countUnread, firstUnread, lastOwn, later } from './unread';

const epoch = '0190e000-0000-7000-8000-000000000001';
const at = (sequence: number): { epoch: string; sequence: number } => ({ epoch, sequence });

/** `a1 m2`: a message of somebody else at 1, one of mine at 2. */
function messages(text: string): Message[] {
  return text.split(' ').filter(Boolean).map((word) => ({
    ...at(Number(word.slice(1))), id: word, clientId: word, author: word.startsWith('m') ? 'me' : 'ann', text: '', time: 0,
  }));
}

describe('unread', () => {
  test.each([
    ['a1 a2 a3', null, 3],
    ['a1 a2 a3', at(1), 2],
    ['a1 a2 a3', at(3), 0],
    ['a1 m2 a3', null, 1],
    ['a1 m2 a3', at(1), 1],
    ['a1 m2 a3', at(3), 0],
    ['m1', null, 0],
    ['', at(7), 0],
  ])('is of %s, read up to %o, %i', (text, read, count) => expect(countUnread(messages(text), read, 'me')).toBe(count));

  test('is everything of a newer epoch', () => {
    expect(countUnread(messages('a1 a2'), { epoch: '0180e000-0000-7000-8000-000000000001', sequence: 9 }, 'me')).toBe(2);
  });
});

describe('the line before what was unread', () => {
  const part = (after: number | null, upTo: number) => ({ conversation: 'c', after: after === null ? null : at(after), upTo: at(upTo) });

  test('stands before the first message of others', () => {
    expect(firstUnread(messages('a1 m2 m3 a4 a5'), false, part(2, 5), 'me')).toBe('a4');
  });

  test('is not there when everything was read', () => {
    expect(firstUnread(messages('a1 m2 a3'), true, part(3, 3), 'me')).toBeUndefined();
  });

  test('does not come with messages that arrive later', () => {
    expect(firstUnread(messages('a1 a2 a3'), true, part(2, 2), 'me')).toBeUndefined();
  });

  test('waits for older messages when the first ones may be among them', () => {
    expect(firstUnread(messages('a4 a5'), false, part(1, 5), 'me')).toBeUndefined();
    expect(firstUnread(messages('a4 a5'), true, part(1, 5), 'me')).toBe('a4');
    expect(firstUnread(messages('a1 a2 a4 a5'), false, part(1, 5), 'me')).toBe('a2');
  });
});

test('the later of two positions', () => {
  expect(later(at(1), at(2))).toEqual(at(2));
  expect(later(null, at(2))).toEqual(at(2));
  expect(later(at(1), null)).toEqual(at(1));
  expect(later(null, null)).toBeNull();
});

test('one’s own last message', () => {
  expect(lastOwn(messages('m1 a2 m3 a4'), 'me')).toEqual(at(3));
  expect(lastOwn(messages('a2'), 'me')).toBeNull();
});

test('more than 99 is 99+', () => {
  expect([0, 7, 99, 100, 512].map(countText)).toEqual(['0', '7', '99', '99+', '99+']);
});
