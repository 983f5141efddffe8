import { describe, expect, test } from 'vitest';
import type { TelegramStatus } from '../api/shapes';
import { endOf, goodFor, isSurprise, leftText, summaryOf } from './telegram_texts';

const minute = 60_000;
const now = Date.parse('2026-11-26T10:00:00Z');
const none: TelegramStatus = { bot: 'fanfare_bot', link: null, ended: null };
const ended = (reason: string): TelegramStatus => ({ ...none, ended: { reason, at: '2026-11-26T09:00:00Z' } });

describe('the end of a link', () => {
  test.each([['blocked', true], ['moved', true], ['stopped', false], ['unlinked', false]])('by %s is a surprise: %s', (reason, surprise) => {
    expect(isSurprise(ended(reason))).toBe(surprise);
  });

  test('says what Telegram says', () => expect(endOf(ended('blocked'))).toContain('you blocked the bot @fanfare_bot'));

  test('is of no interest when there is a new one', () => {
    expect(endOf({ ...ended('blocked'), link: { name: 'Ann', since: '' } })).toBeNull();
  });
});

test('the list says in one line how it stands', () => {
  expect(summaryOf(false, { kind: 'unknown' })).toBe('Not set up on this server');
  expect(summaryOf(true, { kind: 'unavailable', problem: 'x' })).toBe('Not available just now');
  expect(summaryOf(true, { kind: 'known', status: none })).toBe('Not linked');
  expect(summaryOf(true, { kind: 'known', status: ended('blocked') })).toBe('Not linked any more');
  expect(summaryOf(true, { kind: 'known', status: { ...none, link: { name: 'Ann', since: '' } } })).toBe('Linked as Ann');
});

test('an offer is good until its time; with a wrong clock for as long as usual', () => {
  expect(goodFor('2026-11-26T10:07:00Z', now)).toBe(7 * minute);
  for (const time of ['2026-11-26T08:00:00Z', '2026-11-26T12:00:00Z', 'soon']) expect(goodFor(time, now)).toBe(10 * minute);
  expect([leftText(7 * minute), leftText(6.2 * minute), leftText(59_000)]).toEqual(['7 minutes', '7 minutes', 'less than a minute']);
});
