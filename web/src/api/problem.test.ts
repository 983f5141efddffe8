import { describe, expect, test, vi } from 'vitest';
import { asProblem, problemOf, problemOfCentrifugo } from './problem';

function answer(status: number, body: string): Response {
  return new Response(body, { status });
}

describe('an answer with an error status', () => {
  test('says what RFC 9457 carries', async () => {
    const body = { type: 't', title: 'Taken', status: 409, code: 'already_exists', detail: 'Choose another.', fields: { username: 'is taken' } };
    const problem = await problemOf(answer(409, JSON.stringify(body)));
    expect(problem).toMatchObject({ code: 'already_exists', message: 'Choose another.', fields: { username: 'is taken' }, temporary: false });
  });

  test.each([[502, 'unavailable', true], [503, 'unavailable', true], [429, 'too_many_requests', true], [401, 'token_invalid', false], [500, 'internal', false]])(
    'of a proxy (%i) is told by its status', async (status, code, temporary) => {
      expect(await problemOf(answer(status, '<html>'))).toMatchObject({ code, temporary });
    },
  );

  test('ignores fields that are no texts', async () => {
    const problem = await problemOf(answer(422, JSON.stringify({ code: 'invalid', detail: 'x', fields: { a: 5, b: 'wrong' } })));
    expect(problem.fields).toEqual({ b: 'wrong' });
  });
});

describe('an error of the WebSocket', () => {
  test('has the code of the table', () => {
    expect(problemOfCentrifugo({ code: 103, message: 'not yours' })).toMatchObject({ code: 'permission_denied', message: 'not yours', temporary: false });
    expect(problemOfCentrifugo({ code: 100, message: 'away' }).temporary).toBe(true);
  });

  test('of the library itself leaves open whether it was done', () => {
    expect(problemOfCentrifugo({ code: 1, message: 'timeout' })).toMatchObject({ code: 'outcome_unknown', temporary: true });
  });
});

test('a defect of the page is told and not repeated', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(asProblem(new TypeError('x'))).toMatchObject({ code: 'internal', temporary: false });
  expect(log).toHaveBeenCalledOnce();
});
