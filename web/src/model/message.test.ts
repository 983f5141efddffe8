import { describe, expect, test } from 'vitest';
import { fromPublication, type Publication } from './message';

const good: Publication = {
  data: { kind: 'text', id: 'm1', client_id: 'c1', text: 'hi' },
  offset: 7,
  info: { user: 'ann' },
  tags: { id: 'm1', timestamp: '2026-11-21T10:00:00.123Z', epoch: 'e1' },
};

describe('a publication', () => {
  test('becomes a message with author, position and time', () => {
    expect(fromPublication(good)).toEqual({
      id: 'm1', clientId: 'c1', author: 'ann', text: 'hi', time: Date.UTC(2026, 10, 21, 10, 0, 0, 123), epoch: 'e1', sequence: 7,
    });
  });

  test.each([
    ['another kind', { ...good, data: { kind: 'reaction', id: 'm1', text: 'x' } }],
    ['no text', { ...good, data: { kind: 'text', id: 'm1', text: 5 } }],
    ['no object', { ...good, data: null }],
    ['no author', { data: good.data, offset: 7, tags: good.tags ?? {} }],
    ['no position', { ...good, tags: {} }],
  ])('with %s is ignored', (_, publication) => {
    expect(fromPublication(publication)).toBeNull();
  });
});
