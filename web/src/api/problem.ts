// One error type for whatever goes wrong between the page and the server: an RFC 9457 answer of the REST API, an error
// of the WebSocket, or no answer at all. `code` is from the table in docs/services.md, `message` is for people.

/** Worth doing again later; the others fail again the same way. */
const temporaryCodes = new Set(['unreachable', 'too_many_requests', 'unavailable', 'outcome_unknown']);

export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: string,
    message: string,
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  /** Says nothing about who asked or what for: it may pass. */
  get mayPass(): boolean {
    return this.temporary || this.code === 'internal';
  }

  get temporary(): boolean {
    return temporaryCodes.has(this.code);
  }
}

export function unreachable(): Problem {
  return new Problem('unreachable', 'The server does not answer. Check that it runs and try again.');
}

/** Anything that was thrown, as a Problem. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  console.error(thrown);
  return new Problem('internal', 'Something in this page went wrong. Reload it and try again.');
}

/** The Problem that an answer with an error status carries. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = asObject(await response.json().catch(() => null));
  const code = typeof body['code'] === 'string' ? body['code'] : codeOfStatus(response.status);
  const detail = body['detail'] ?? body['title'];
  return new Problem(
    code,
    typeof detail === 'string' ? detail : `The server answered with status ${response.status}.`,
    textsOf(asObject(body['fields'])),
  );
}

// A proxy in front of the server answers in its own words.
function codeOfStatus(status: number): string {
  if (status === 401) return 'token_invalid';
  if (status === 404) return 'not_found';
  if (status === 429) return 'too_many_requests';
  return status >= 502 && status <= 504 ? 'unavailable' : 'internal';
}

const codesOfCentrifugo: Readonly<Record<number, string>> = {
  100: 'unavailable',
  101: 'token_invalid',
  102: 'not_found',
  103: 'permission_denied',
  107: 'invalid',
  108: 'not_found',
  109: 'token_expired',
  111: 'too_many_requests',
};

/** The Problem for an error of the WebSocket. Codes below 100 are the client library's own. */
export function problemOfCentrifugo(thrown: unknown): Problem {
  const { code, message } = asObject(thrown);
  if (typeof code !== 'number') return asProblem(thrown);
  if (code < 100) return new Problem('outcome_unknown', 'There is no live connection to the server.');
  return new Problem(codesOfCentrifugo[code] ?? 'internal', typeof message === 'string' ? message : `Error ${code}.`);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textsOf(object: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
