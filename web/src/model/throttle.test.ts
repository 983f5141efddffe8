import { expect, test } from 'vitest';
import { throttle } from './throttle';

test('calls at once and then at most once per interval', () => {
  let time = 0;
  const calls: number[] = [];
  const tell = throttle(2_000, () => calls.push(time), () => time);
  for (time = 0; time <= 5_000; time += 500) tell();
  expect(calls).toEqual([0, 2_000, 4_000]);
});
