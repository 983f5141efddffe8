// The routes of the REST API that need somebody logged in. When the access token has expired on the way, it is renewed
// and the request made once more.
import { send, type HttpRequest } from './http';
import type { Position } from '../model/position';
import { Problem } from './problem';
import type {
  Conversation, ConversationPage, FoundPage, MemberPage, MessagePage, Mute, PageAround, Person, TelegramOffer, TelegramStatus, UnreadCount,
} from './shapes';

/** Where access tokens come from. */
export interface TokenSource {
  token(): Promise<string>;
  renew(): Promise<string>;
}

export class Api {
  constructor(private readonly tokens: TokenSource) {}

  async findPeople(query: string, signal: AbortSignal): Promise<Person[]> {
    const answer = await this.ask<{ users: Person[] }>({ path: '/api/v1/users', query: { query, limit: 20 }, signal });
    return answer.users;
  }

  listConversations(after?: string): Promise<ConversationPage> {
    return this.ask({ path: '/api/v1/conversations', query: { after } });
  }

  startDirect(person: string): Promise<Conversation> {
    return this.create({ kind: 'direct', members: [person] });
  }

  createRoom(title: string, people: string[]): Promise<Conversation> {
    return this.create({ kind: 'room', title, members: people });
  }

  listMembers(conversation: string, after?: string): Promise<MemberPage> {
    return this.ask({ path: `/api/v1/conversations/${conversation}/members`, query: { after } });
  }

  /** A page of history, newest first. */
  listMessages(conversation: string, before: string | undefined, signal: AbortSignal): Promise<MessagePage> {
    return this.ask({ path: `/api/v1/conversations/${conversation}/messages`, query: { before }, signal });
  }

  /** A page of what is beyond a position, oldest first. */
  listNewerMessages(conversation: string, after: string, signal: AbortSignal): Promise<MessagePage> {
    return this.ask({ path: `/api/v1/conversations/${conversation}/messages`, query: { after }, signal });
  }

  /** The page with the message at a position in its middle, newest first. */
  listMessagesAround(conversation: string, around: string, signal: AbortSignal): Promise<PageAround> {
    return this.ask({ path: `/api/v1/conversations/${conversation}/messages`, query: { around }, signal });
  }

  /** Messages with all words of a text, best first; in all of one's conversations or in one. */
  searchMessages(query: string, conversation: string | null, cursor: string | null, signal: AbortSignal): Promise<FoundPage> {
    return this.ask({
      path: '/api/v1/search',
      query: { query, conversation: conversation ?? undefined, cursor: cursor ?? undefined },
      signal,
    });
  }

  /** How much of up to 50 conversations is unread. */
  async countUnread(conversations: readonly string[]): Promise<readonly UnreadCount[]> {
    const query = { conversations: conversations.join(',') };
    return (await this.ask<{ unread: UnreadCount[] }>({ path: '/api/v1/unread', query })).unread;
  }

  /** Says how far a conversation was read; also while the page is being closed. */
  async markRead(conversation: string, { epoch, sequence }: Position): Promise<void> {
    const path = `/api/v1/conversations/${conversation}/read`;
    await this.ask({ method: 'PUT', path, body: { epoch, sequence }, outlivesPage: true });
  }

  async mute(conversation: string, until: string | null): Promise<Mute> {
    const path = `/api/v1/conversations/${conversation}/mute`;
    return (await this.ask<{ muted: Mute }>({ method: 'PUT', path, body: until === null ? {} : { until } })).muted;
  }

  async unmute(conversation: string): Promise<void> {
    await this.ask({ method: 'DELETE', path: `/api/v1/conversations/${conversation}/mute` });
  }

  telegramStatus(): Promise<TelegramStatus> {
    return this.ask({ path: '/api/v1/telegram/link' });
  }

  linkTelegram(): Promise<TelegramOffer> {
    return this.ask({ method: 'POST', path: '/api/v1/telegram/link', body: {} });
  }

  async unlinkTelegram(): Promise<void> {
    await this.ask({ method: 'DELETE', path: '/api/v1/telegram/link' });
  }

  private async create(body: object): Promise<Conversation> {
    const answer = await this.ask<{ conversation: Conversation }>({
      method: 'POST',
      path: '/api/v1/conversations',
      body,
    });
    return answer.conversation;
  }

  private async ask<Answer>(request: HttpRequest): Promise<Answer> {
    const token = await this.tokens.token();
    try {
      return await send<Answer>({ ...request, token });
    } catch (thrown) {
      if (!(thrown instanceof Problem) || !thrown.code.startsWith('token_')) throw thrown;
      return await send<Answer>({ ...request, token: await this.tokens.renew() });
    }
  }
}
