import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Api } from './api';

const fetched = vi.fn<typeof fetch>();
const tokens = { token: vi.fn(async () => 'old'), renew: vi.fn(async () => 'new') };

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}

function authorizations(): (string | null)[] {
  return fetched.mock.calls.map(([, options]) => new Headers(options?.headers).get('Authorization'));
}

beforeEach(() => {
  fetched.mockReset();
  tokens.token.mockResolvedValue('old');
  tokens.renew.mockResolvedValue('new');
  vi.stubGlobal('fetch', fetched);
});

describe('a request', () => {
  test('is made again with a new token when the old one has expired', async () => {
    fetched.mockResolvedValueOnce(json(401, { code: 'token_expired', detail: '' }));
    fetched.mockResolvedValueOnce(json(200, { conversations: [], next: null }));
    await new Api(tokens).listConversations();
    expect(authorizations()).toEqual(['Bearer old', 'Bearer new']);
  });

  test('is made once when it is refused for another reason', async () => {
    fetched.mockResolvedValue(json(404, { code: 'not_found', detail: 'no such conversation' }));
    await expect(new Api(tokens).listMembers('x')).rejects.toMatchObject({ code: 'not_found' });
    expect(fetched).toHaveBeenCalledOnce();
  });

  test('without an answer is worth another try', async () => {
    fetched.mockRejectedValue(new TypeError('network'));
    await expect(new Api(tokens).listConversations()).rejects.toMatchObject({ code: 'unreachable', temporary: true });
  });

  test('encodes what people type', async () => {
    fetched.mockResolvedValue(json(200, { users: [] }));
    await new Api(tokens).findPeople('a&b=ü', new AbortController().signal);
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/v1/users?query=a%26b%3D%C3%BC&limit=20');
  });

  test('names what it counts, and says how far one has read even when the page is being closed', async () => {
    fetched.mockImplementation(async () => json(200, { unread: [] }));
    await new Api(tokens).countUnread(['a', 'b']);
    await new Api(tokens).markRead('a', { epoch: 'e', sequence: 7 });
    const [[counted], [marked, options]] = fetched.mock.calls as [[string], [string, RequestInit]];
    expect([counted, marked]).toEqual(['/api/v1/unread?conversations=a%2Cb', '/api/v1/conversations/a/read']);
    expect(options).toMatchObject({ method: 'PUT', body: '{"epoch":"e","sequence":7}', keepalive: true });
  });

  test('that is aborted rejects with the reason', async () => {
    const controller = new AbortController();
    fetched.mockImplementation(async () => {
      controller.abort(new Error('changed'));
      throw new TypeError('aborted');
    });
    await expect(new Api(tokens).findPeople('a', controller.signal)).rejects.toThrow('changed');
  });
});
