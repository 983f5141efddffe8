import { expect, test } from 'vitest';
import { comparePositions } from './position';

test('a later epoch comes after every number of an earlier one', () => {
  expect(comparePositions({ epoch: 'a', sequence: 900 }, { epoch: 'b', sequence: 1 })).toBeLessThan(0);
});

test('within an epoch the number decides', () => {
  expect(comparePositions({ epoch: 'a', sequence: 10 }, { epoch: 'a', sequence: 9 })).toBeGreaterThan(0);
  expect(comparePositions({ epoch: 'a', sequence: 9 }, { epoch: 'a', sequence: 9 })).toBe(0);
});
