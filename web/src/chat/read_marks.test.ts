import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import { ReadMarks } from './read_marks';

const epoch = '0190e000-0000-7000-8000-000000000001';
let told: string[];
let problem: Problem | null;
let marks: ReadMarks;

const mark = (conversation: string, sequence: number): void => marks.mark(conversation, { epoch, sequence });
const wait = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  problem = null;
  marks = new ReadMarks(async (conversation, { sequence }) => {
    told.push(`${conversation}${sequence}`);
    if (problem !== null) throw problem;
  });
});

afterEach(() => {
  marks.stop();
  vi.useRealTimers();
});

test('tells at once, then not for two seconds, and at their end where one is', async () => {
  for (let sequence = 1; sequence <= 19; ++sequence) {
    mark('a', sequence);
    await wait(100);
  }
  expect(told).toEqual(['a1']);
  await wait(100);
  expect(told).toEqual(['a1', 'a19']);
  await wait(10_000);
  expect(told).toEqual(['a1', 'a19']);
});

test('counts the time of each conversation for itself', async () => {
  mark('a', 1);
  mark('b', 2);
  await wait(0);
  expect(told).toEqual(['a1', 'b2']);
});

test('tells the furthest position', async () => {
  mark('a', 5);
  mark('a', 3);
  await wait(5_000);
  expect(told).toEqual(['a5']);
});

test('what could not be told is told with the next, of whatever conversation', async () => {
  problem = new Problem('unavailable', 'away');
  mark('a', 1);
  await wait(60_000);
  expect(told).toEqual(['a1']);
  expect(marks.isWaiting('a')).toBe(true);
  problem = null;
  mark('b', 2);
  await wait(0);
  expect(told).toEqual(['a1', 'a1', 'b2']);
  expect(marks.isWaiting('a')).toBe(false);
});

test('what was refused is not told again', async () => {
  problem = new Problem('not_found', 'no such conversation');
  mark('a', 1);
  await wait(0);
  problem = null;
  marks.again();
  await wait(5_000);
  expect(told).toEqual(['a1']);
});

test('before the page is closed nothing waits', async () => {
  mark('a', 1);
  await wait(10);
  mark('a', 2);
  marks.hurry();
  expect(told).toEqual(['a1', 'a2']);
});

test('a slow answer is waited for, and what was read meanwhile is told after it', async () => {
  const answers: (() => void)[] = [];
  marks = new ReadMarks((conversation, { sequence }) => {
    told.push(`${conversation}${sequence}`);
    return new Promise((resolve) => answers.push(resolve));
  });
  mark('a', 1);
  await wait(3_000);
  mark('a', 2);
  await wait(3_000);
  expect(told).toEqual(['a1']);
  answers[0]?.();
  await wait(0);
  expect(told).toEqual(['a1', 'a2']);
});
