// Waiting for something with a deadline; all deadlines are multiplied by FANFARE_TEST_SLOWNESS.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

export const slowness = Math.max(1, Number(process.env.FANFARE_TEST_SLOWNESS ?? 1));
export const patience = 15_000 * slowness;

/** The first answer of `condition` that is true. At the deadline it fails with what `describe` says. */
export async function eventually(condition, describe = () => String(condition)) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    assert.ok(Date.now() < end, `not within ${patience} ms: ${await describe()}`);
    await pause(20);
  }
}

/** Asks `read` until it answers `expected`, and shows both if it never does. */
export async function becomes(read, expected) {
  const end = Date.now() + patience;
  let answer = await read();
  while (JSON.stringify(answer) !== JSON.stringify(expected) && Date.now() < end) {
    await pause(20);
    answer = await read();
  }
  assert.deepEqual(answer, expected);
}
