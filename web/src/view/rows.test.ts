import { expect, test } from 'vitest';
import type { Message } from '../model/message';
import { rowsOf } from './rows';

const noon = new Date(2026, 10, 21, 12).getTime();
const minute = 60_000;
const day = 24 * 60 * minute;

function message(sequence: number, author: string, time: number): Message {
  return { id: `m${sequence}`, clientId: `c${sequence}`, author, text: '', time, epoch: 'a', sequence };
}

function brief(messages: Message[], outgoing: { clientId: string; time: number }[] = [], unread?: string): string[] {
  const waiting = outgoing.map((each) => ({ ...each, text: '', problem: '' }));
  return rowsOf(messages, waiting, 'me', noon, unread).map((row) => {
    if (row.kind === 'day') return row.text;
    return row.kind === 'unread' ? 'line' : `${row.key}${row.first ? ' first' : ''}`;
  });
}

test('each day begins with its name', () => {
  expect(brief([message(1, 'ann', noon - 30 * day), message(2, 'ann', noon - day), message(3, 'ann', noon)])).toEqual([
    'Thursday, October 22', 'm1 first', 'Yesterday', 'm2 first', 'Today', 'm3 first',
  ]);
});

test('messages of one author close together belong together', () => {
  const rows = brief([message(1, 'ann', noon), message(2, 'ann', noon + minute), message(3, 'ben', noon + 2 * minute), message(4, 'ben', noon + 9 * minute)]);
  expect(rows).toEqual(['Today', 'm1 first', 'm2', 'm3 first', 'm4 first']);
});

test('a line stands where the unread messages begin, below the day', () => {
  const messages = [message(1, 'ann', noon - day), message(2, 'ann', noon), message(3, 'ann', noon)];
  expect(brief(messages, [], 'm2')).toEqual(['Yesterday', 'm1 first', 'Today', 'line', 'm2 first', 'm3']);
  expect(brief(messages, [], 'm3')).toEqual(['Yesterday', 'm1 first', 'Today', 'm2 first', 'line', 'm3 first']);
});

test('what is being sent comes last, and once', () => {
  const rows = brief([message(1, 'me', noon)], [{ clientId: 'c1', time: noon }, { clientId: 'c2', time: noon }]);
  expect(rows).toEqual(['Today', 'm1 first', 'c2']);
});
