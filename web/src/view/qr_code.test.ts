import { expect, test } from 'vitest';
import { pathOf } from './qr_code';

test('each run of dark modules is a rectangle within the margin', () => {
  expect(pathOf([[true, true, false, true], [false, false, false, false]])).toBe('M4 4h2v1h-2zM7 4h1v1h-1z');
});
