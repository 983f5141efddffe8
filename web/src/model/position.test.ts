import { expect, test } from 'vitest';
import { comparePositions, parsePosition } from './position';

test('a later epoch comes after every number of an earlier one', () => {
  expect(comparePositions({ epoch: 'a', sequence: 900 }, { epoch: 'b', sequence: 1 })).toBeLessThan(0);
});

test('is read as the server writes it', () => {
  const epoch = '0190e000-0000-7000-8000-000000000001';
  expect(parsePosition(`${epoch}-0`)).toEqual({ epoch, sequence: 0 });
  expect(parsePosition(`${epoch}-9007199254740991`)).toEqual({ epoch, sequence: 9007199254740991 });
  for (const text of [null, undefined, '', epoch, '7', `${epoch}-`, `${epoch}-x`, `${epoch}-9007199254740992`]) {
    expect(parsePosition(text)).toBeNull();
  }
});

test('within an epoch the number decides', () => {
  expect(comparePositions({ epoch: 'a', sequence: 10 }, { epoch: 'a', sequence: 9 })).toBeGreaterThan(0);
  expect(comparePositions({ epoch: 'a', sequence: 9 }, { epoch: 'a', sequence: 9 })).toBe(0);
});
