import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import { createState, type State } from '../state/state';
import { Presence } from './presence';

interface Question {
  conversation: string;
  answer(people: string[]): void;
  fail(problem: Problem): void;
}

let state: State;
let questions: Question[];
let presence: Presence;
const online = (): string[] => [...state.online.value].sort();
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const answer = async (...people: string[]): Promise<void> => {
  questions.shift()?.answer(people);
  await settle();
};

beforeEach(() => {
  vi.useFakeTimers();
  state = createState();
  questions = [];
  presence = new Presence(state, (conversation) => new Promise((resolve, reject) => {
    questions.push({ conversation, answer: resolve, fail: reject });
  }));
});

afterEach(() => {
  presence.stop();
  vi.useRealTimers();
});

test('shows who is there, and then who comes and goes', async () => {
  presence.subscribed('c');
  await answer('ann');
  expect(online()).toEqual(['ann']);
  presence.joins('c', 'ben');
  expect(online()).toEqual(['ann', 'ben']);
  presence.leaves('c', 'ann');
  expect(online()).toEqual(['ben']);
});

test('somebody is online as long as one conversation says so', async () => {
  presence.subscribed('c');
  presence.subscribed('d');
  await answer('ann');
  await answer('ann');
  presence.leaves('c', 'ann');
  expect(online()).toEqual(['ann']);
  presence.forget('d');
  expect(online()).toEqual([]);
});

test('what happens while the answer is on its way is not undone by it', async () => {
  presence.subscribed('c');
  presence.leaves('c', 'ann');
  presence.joins('c', 'ben');
  await answer('ann');
  expect(online()).toEqual(['ben']);
});

test('after an interruption asks again, and until then shows what it knew', async () => {
  presence.subscribed('c');
  await answer('ann');
  presence.subscribed('c');
  expect(online()).toEqual(['ann']);
  await answer('ben');
  expect(online()).toEqual(['ben']);
});

test('an answer that came too late for its question counts nothing', async () => {
  presence.subscribed('c');
  presence.subscribed('c');
  expect(questions).toHaveLength(2);
  questions[1]?.answer(['ben']);
  await settle();
  questions[0]?.answer(['ann']);
  await settle();
  expect(online()).toEqual(['ben']);
});

test('of many conversations a few are asked about at once', async () => {
  for (let number = 0; number < 10; ++number) presence.subscribed(`${number}`);
  expect(questions).toHaveLength(4);
  for (let number = 0; number < 10; ++number) await answer(`person ${number}`);
  expect(questions).toHaveLength(0);
  expect(online()).toHaveLength(10);
});

test('asks again after what may pass, and not after a refusal', async () => {
  presence.subscribed('c');
  presence.subscribed('d');
  questions.shift()?.fail(new Problem('unavailable', 'away'));
  questions.shift()?.fail(new Problem('permission_denied', 'no'));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(questions.map(({ conversation }) => conversation)).toEqual(['c']);
  await answer('ann');
  expect(online()).toEqual(['ann']);
});

test('what is not listened to any more is not asked about', async () => {
  presence.subscribed('c');
  presence.forget('c');
  await answer('ann');
  presence.joins('c', 'ben');
  expect(online()).toEqual([]);
});
