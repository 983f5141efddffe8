import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import { createState, type State } from '../state/state';
import { UnreadCounts } from './unread_counts';

let state: State;
let counts: UnreadCounts;
/** What the server has counted. */
let truth: Record<string, number>;
let questions: string[][];
let ahead: Set<string>;
let answerTime: number;
let problem: Problem | null;

const wait = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const shown = (): Record<string, number> => Object.fromEntries(state.unread.value);

beforeEach(() => {
  vi.useFakeTimers();
  state = createState();
  [truth, questions, ahead, answerTime, problem] = [{}, [], new Set(), 0, null];
  counts = new UnreadCounts(state, {
    ask: async (conversations) => {
      questions.push([...conversations]);
      const answer = conversations.map((conversation) => ({ conversation, count: truth[conversation] ?? 0 }));
      if (answerTime > 0) await new Promise((resolve) => setTimeout(resolve, answerTime));
      if (problem !== null) throw problem;
      return answer;
    },
    isAhead: (conversation) => ahead.has(conversation),
  });
});

afterEach(() => {
  counts.stop();
  vi.useRealTimers();
});

test('asks for what is wanted at about the same time in one question of at most fifty', async () => {
  truth = { c0: 3, c59: 100 };
  for (let number = 0; number < 60; ++number) counts.want([`c${number}`]);
  counts.want(['c0']);
  await wait(1_000);
  expect(questions.map(({ length }) => length)).toEqual([50, 10]);
  expect(shown()).toEqual({ c0: 3, c59: 100 });
});

test('adds what arrives to what the server has counted', async () => {
  truth = { a: 2 };
  counts.want(['a']);
  await wait(3_000);
  counts.hear('a');
  counts.hear('b');
  expect(shown()).toEqual({ a: 3, b: 1 });
});

test('a message that arrives while the server counts is there once, whether it was counted or not', async () => {
  for (const counted of [true, false]) {
    truth = { a: 2 };
    answerTime = 100;
    counts.want(['a']);
    await wait(250);
    counts.hear('a');
    truth = { a: 3 };
    if (counted) counts.want(['a']);
    await wait(10_000);
    expect(shown()).toEqual({ a: 3 });
    counts.read('a', 0);
    truth = {};
    await wait(10_000);
  }
});

test('an answer does not bring back what was read meanwhile, and the next one is right', async () => {
  truth = { a: 2 };
  answerTime = 100;
  counts.want(['a']);
  await wait(250);
  counts.read('a', 0);
  await wait(200);
  expect(shown()).toEqual({});
  truth = { a: 5 };
  await wait(10_000);
  expect(shown()).toEqual({ a: 5 });
});

test('what the server does not know to be read yet is not asked of it', async () => {
  truth = { a: 2, b: 1 };
  ahead.add('a');
  counts.want(['a', 'b']);
  await wait(30_000);
  expect(shown()).toEqual({ b: 1 });
  ahead.clear();
  await wait(5_000);
  expect(shown()).toEqual({ a: 2, b: 1 });
});

test('a conversation that speaks all the time is not asked for all the time', async () => {
  counts.wantTwice('a');
  for (let second = 0; second < 30; ++second) {
    counts.hear('a');
    truth = { a: second + 1 };
    await wait(1_000);
  }
  expect(questions.length).toBe(1);
  expect(shown()).toEqual({ a: 30 });
  await wait(10_000);
  expect(questions.length).toBe(2);
  expect(shown()).toEqual({ a: 30 });
});

test('asks again while the server is away, and shows what is known meanwhile', async () => {
  problem = new Problem('unavailable', 'away');
  counts.want(['a']);
  counts.hear('a');
  await wait(20_000);
  expect(shown()).toEqual({ a: 1 });
  problem = null;
  truth = { a: 4 };
  await wait(20_000);
  expect(shown()).toEqual({ a: 4 });
});
