import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createState, type State } from '../state/state';
import { Typing } from './typing';

let state: State;
let typing: Typing;

beforeEach(() => {
  vi.useFakeTimers();
  state = createState();
  typing = new Typing(state);
});

afterEach(() => vi.useRealTimers());

test('a sign of life counts for a few seconds after the last one', () => {
  typing.sees('c', 'ann');
  vi.advanceTimersByTime(4_000);
  typing.sees('c', 'ann');
  vi.advanceTimersByTime(4_000);
  expect(state.typing.value.get('c')).toEqual(['ann']);
  vi.advanceTimersByTime(2_000);
  expect(state.typing.value.has('c')).toBe(false);
});

test('a message ends its author’s writing, not that of others', () => {
  typing.sees('c', 'ann');
  typing.sees('c', 'ben');
  typing.stops('c', 'ann');
  expect(state.typing.value.get('c')).toEqual(['ben']);
});
