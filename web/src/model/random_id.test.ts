import { expect, test } from 'vitest';
import { randomId } from './random_id';

test('is a client id as the server takes them, and another one each time', () => {
  const ids = Array.from({ length: 100 }, randomId);
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
});
