// Who is logged in. The access token lives in this object only; the refresh token is a cookie that no script can read,
// and brings the session back after a reload. Renews the token before it expires.
import { send } from '../api/http';
import { asProblem } from '../api/problem';
import type { Me, Tokens } from '../api/shapes';
import type { State } from '../state/state';
import { OtherTabs, alone } from './tab_lock';

export interface Credentials {
  username: string;
  password: string;
  display_name?: string;
}

const retryDelay = 2_000;
const longestTimer = 2 ** 31 - 1;

export class Session {
  private accessToken = '';
  private renewAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private renewing: Promise<string> | null = null;
  private readonly otherTabs = new OtherTabs(() => this.end(''));

  constructor(private readonly state: State) {}

  /** Comes back to the session of before the reload, if there is one. Asks again until the server answers. */
  async start(): Promise<void> {
    try {
      await this.renew();
    } catch (thrown) {
      if (!asProblem(thrown).mayPass) return;
      this.state.session.value = { kind: 'unreachable' };
      this.timer = setTimeout(() => void this.start(), retryDelay);
    }
  }

  async logIn(credentials: Credentials): Promise<void> {
    await this.take('/api/v1/sessions', credentials);
  }

  async register(credentials: Credentials): Promise<void> {
    await this.take('/api/v1/users', { ...credentials, locale: navigator.language.slice(0, 35) });
  }

  async logOut(): Promise<void> {
    await alone(() => send({ method: 'DELETE', path: '/api/v1/sessions/current', token: this.accessToken }));
    this.otherTabs.tellLogOut();
    this.end('');
  }

  /** A token that is good for a while yet. */
  async token(): Promise<string> {
    return Date.now() < this.renewAt ? this.accessToken : this.renew();
  }

  /** A new token; those who ask at the same time get the same one. Without a session the page goes to its log-in. */
  renew(): Promise<string> {
    this.renewing ??= this.fetchToken().finally(() => (this.renewing = null));
    return this.renewing;
  }

  private async fetchToken(): Promise<string> {
    try {
      this.accept(await alone(() => send<Tokens>({ method: 'POST', path: '/api/v1/sessions/refresh', body: {} })));
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (!problem.mayPass) {
        this.end(this.state.session.peek().kind === 'logged_in' ? 'Your session has ended. Please log in again.' : '');
      } else if (this.accessToken !== '') {
        this.renewLater(retryDelay);
      }
      throw problem;
    }
    return this.accessToken;
  }

  private async take(path: string, credentials: object): Promise<void> {
    const body = { ...credentials, cookie: true };
    this.accept(await alone(() => send<Tokens>({ method: 'POST', path, body })));
  }

  private accept(tokens: Tokens): void {
    this.accessToken = tokens.access_token;
    const goodFor = tokens.expires_in * 1000;
    // Four fifths of its life, so that a short one is not renewed all the time and a sleeping tab has a margin.
    this.renewAt = Date.now() + goodFor * 0.8;
    this.renewLater(goodFor * 0.75);
    this.enter(tokens.user);
  }

  // Another tab may have logged in as somebody else: the cookie is theirs now, and so is this page.
  private enter(me: Me): void {
    const before = this.state.session.peek();
    if (before.kind === 'logged_in' && before.me.id === me.id) return;
    this.state.session.value = { kind: 'logged_in', me };
  }

  private renewLater(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.renew().catch(() => undefined), Math.min(delay, longestTimer));
  }

  private end(notice: string): void {
    clearTimeout(this.timer);
    this.accessToken = '';
    this.renewAt = 0;
    this.state.session.value = { kind: 'logged_out', notice };
  }
}

