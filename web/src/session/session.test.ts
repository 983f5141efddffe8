import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createState, type State } from '../state/state';
import { Session } from './session';

const ann = { id: 'a', username: 'ann', display_name: 'Ann' };
const fetched = vi.fn<typeof fetch>();
let state: State;
let session: Session;
let given = 0;

function tokens(): Response {
  return json(200, { user: ann, access_token: `token ${++given}`, expires_in: 100 });
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', fetched);
  vi.stubGlobal('navigator', { language: 'en' });
  vi.stubGlobal('BroadcastChannel', class { postMessage(): void {} });
  given = 0;
  fetched.mockReset();
  fetched.mockImplementation(async () => tokens());
  state = createState();
  session = new Session(state);
});

afterEach(() => vi.useRealTimers());

describe('coming back after a reload', () => {
  test('needs nothing but the cookie', async () => {
    await session.start();
    expect(state.session.value).toEqual({ kind: 'logged_in', me: ann });
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/v1/sessions/refresh');
    expect(new Headers(fetched.mock.calls[0]?.[1]?.headers).get('X-Fanfare')).toBe('1');
  });

  test('without a session shows the log-in', async () => {
    fetched.mockResolvedValue(json(401, { code: 'token_invalid', detail: '' }));
    await session.start();
    expect(state.session.value).toEqual({ kind: 'logged_out', notice: '' });
  });

  test('waits for a server that is away', async () => {
    fetched.mockRejectedValueOnce(new TypeError('network'));
    await session.start();
    expect(state.session.value.kind).toBe('unreachable');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(state.session.value.kind).toBe('logged_in');
  });
});

describe('an access token', () => {
  test('is used until it is nearly over and renewed before', async () => {
    await session.start();
    await vi.advanceTimersByTimeAsync(70_000);
    expect(await session.token()).toBe('token 1');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await session.token()).toBe('token 2');
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  test('is renewed once for all who ask at the same time, as the cookie is good for one use', async () => {
    await session.start();
    expect(await Promise.all([session.renew(), session.renew(), session.renew()])).toEqual(Array(3).fill('token 2'));
  });

  test('that cannot be renewed just now keeps somebody logged in', async () => {
    await session.start();
    fetched.mockResolvedValueOnce(json(503, { code: 'unavailable', detail: '' }));
    await expect(session.renew()).rejects.toMatchObject({ code: 'unavailable' });
    expect(state.session.value.kind).toBe('logged_in');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await session.token()).toBe('token 2');
  });

  test('of a session that has ended leads to the log-in, which says so', async () => {
    await session.start();
    fetched.mockResolvedValueOnce(json(401, { code: 'token_invalid', detail: '' }));
    await expect(session.renew()).rejects.toMatchObject({ code: 'token_invalid' });
    expect(state.session.value).toMatchObject({ kind: 'logged_out', notice: expect.stringContaining('ended') as string });
  });
});
