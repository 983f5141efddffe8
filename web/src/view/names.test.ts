import { expect, test } from 'vitest';
import type { Conversation } from '../api/shapes';
import { titleOf, writingText } from './names';

const people = ['ann', 'ben'].map((name) => ({ id: name, username: name, display_name: name.toUpperCase() }));
const direct: Conversation = { id: 'c', kind: 'direct', title: null, created_at: '', member_count: 2, read: null, muted: null, members: people };

test('a direct conversation is called by the other one’s name', () => {
  expect(titleOf(direct, 'ann')).toBe('BEN');
  expect(titleOf(direct, 'ben')).toBe('ANN');
});

test('a room is called by its title', () => {
  expect(titleOf({ ...direct, kind: 'room', title: 'Lunch' }, 'ann')).toBe('Lunch');
});

test('who is writing is said for one, two and more', () => {
  expect(writingText([])).toBe('');
  expect(writingText(['Ann'])).toBe('Ann is writing…');
  expect(writingText(['Ann', 'Ben'])).toBe('Ann and Ben are writing…');
  expect(writingText(['Ann', 'Ben', 'Cem'])).toBe('Several people are writing…');
});
