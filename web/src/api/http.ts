// Requests to the server that served the page: JSON both ways, an error status becomes a Problem, every wait has a
// deadline.
import { problemOf, unreachable } from './problem';

const deadline = 15_000;

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  token?: string;
  signal?: AbortSignal;
  /** It is sent even if the page is closed meanwhile. */
  outlivesPage?: boolean;
}

/** The answer's JSON; undefined when it has no body. Aborting rejects with the signal's reason. */
export async function send<Answer>(request: HttpRequest): Promise<Answer> {
  request.signal?.throwIfAborted();
  const expiry = new AbortController();
  const abort = (): void => expiry.abort();
  const timer = setTimeout(abort, deadline);
  request.signal?.addEventListener('abort', abort);
  try {
    const response = await fetch(address(request), {
      method: request.method ?? 'GET',
      headers: headers(request),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      credentials: 'same-origin',
      cache: 'no-store',
      keepalive: request.outlivesPage ?? false,
      signal: expiry.signal,
    }).catch(() => {
      throw unreachable();
    });
    if (!response.ok) throw await problemOf(response);
    const text = await response.text().catch(() => {
      throw unreachable();
    });
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  } catch (thrown) {
    request.signal?.throwIfAborted();
    throw thrown;
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', abort);
  }
}

function address({ path, query = {} }: HttpRequest): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
}

// X-Fanfare can't be set by a form or an image of another site: the server wants it where only a cookie says who asks.
function headers({ body, token }: HttpRequest): Record<string, string> {
  return {
    Accept: 'application/json',
    'X-Fanfare': '1',
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
}
