// All that the page shows, in one place. Views read it, the parts in session/, live/ and chat/ write it; nothing else
// holds what somebody sees.
import { signal, type Signal } from '@preact/signals';
import type { Conversation, FoundMessage, Me, Mute, Person, TelegramStatus } from '../api/shapes';
import type { Past } from '../model/past';
import type { Position } from '../model/position';
import type { Timeline } from '../model/timeline';
import type { UnreadPart } from '../model/unread';

export type SessionState =
  | { kind: 'starting' }
  | { kind: 'unreachable' }
  | { kind: 'logged_out'; notice: string }
  | { kind: 'logged_in'; me: Me };

export type ConnectionState = 'connecting' | 'connected' | 'unreachable';

/** A message of our own that the server has not acknowledged yet. */
export interface Outgoing {
  clientId: string;
  text: string;
  time: number;
  /** Why it was not sent; empty while it is being sent. */
  problem: string;
}

/** What somebody looks for, and what was found so far. */
export interface SearchState {
  /** As typed. */
  query: string;
  /** The conversation that is searched; null: all of them. */
  within: string | null;
  /** Of the last question that was answered; null: nothing is looked for, or nothing is known yet. */
  results: readonly FoundMessage[] | null;
  /** The cursor of more results. */
  next: string | null;
  /** An answer is on the way, or will be asked for in a moment. */
  loading: boolean;
  problem: string;
}

export const noSearch: SearchState = { query: '', within: null, results: null, next: null, loading: false, problem: '' };

/** The message that is to be shown. Chosen again, it is another value. */
export interface Aim {
  conversation: string;
  position: Position;
}

/** What is known of one's link with Telegram. */
export type TelegramState =
  | { kind: 'unknown' }
  | { kind: 'unavailable'; problem: string }
  | { kind: 'known'; status: TelegramStatus };

export interface State {
  readonly session: Signal<SessionState>;
  readonly connection: Signal<ConnectionState>;
  readonly websocketUrl: Signal<string>;
  /** The server has a bot in Telegram. */
  readonly hasTelegram: Signal<boolean>;
  /** Somebody can see the page: its tab is the one that is shown. */
  readonly visible: Signal<boolean>;
  /** Null until they are loaded. */
  readonly conversations: Signal<readonly Conversation[] | null>;
  readonly people: Signal<ReadonlyMap<string, Person>>;
  /** Everybody in a room, by conversation. */
  readonly members: Signal<ReadonlyMap<string, readonly Person[]>>;
  /** The id of the conversation that is shown. */
  readonly open: Signal<string | null>;
  readonly timelines: Signal<ReadonlyMap<string, Timeline>>;
  /** By conversation: the old part of it that is shown in place of its timeline. */
  readonly pasts: Signal<ReadonlyMap<string, Past>>;
  readonly aim: Signal<Aim | null>;
  readonly search: Signal<SearchState>;
  readonly outgoing: Signal<ReadonlyMap<string, readonly Outgoing[]>>;
  /** Conversation to the ids of those who are writing in it. */
  readonly typing: Signal<ReadonlyMap<string, readonly string[]>>;
  /** How many messages are unread, by conversation; those without any are not in it. */
  readonly unread: Signal<ReadonlyMap<string, number>>;
  /** How far one has read, by conversation. */
  readonly reads: Signal<ReadonlyMap<string, Position>>;
  /** What was unread of the conversation that is shown when it was opened. */
  readonly unreadPart: Signal<UnreadPart | null>;
  /** The conversation whose newest message is in sight, if the page is. */
  readonly atEnd: Signal<string | null>;
  readonly mutes: Signal<ReadonlyMap<string, Mute>>;
  readonly telegram: Signal<TelegramState>;
  /** The ids of those who are online, among the people one shares a conversation with. */
  readonly online: Signal<ReadonlySet<string>>;
  /** What was begun and not sent, by conversation. */
  readonly drafts: Signal<ReadonlyMap<string, string>>;
  /** What went wrong with loading, by conversation; the list of conversations has the empty name. */
  readonly problems: Signal<ReadonlyMap<string, string>>;
}

export function createState(): State {
  return {
    session: signal<SessionState>({ kind: 'starting' }),
    connection: signal<ConnectionState>('connecting'),
    websocketUrl: signal(''),
    hasTelegram: signal(false),
    visible: signal(true),
    conversations: signal<readonly Conversation[] | null>(null),
    people: signal<ReadonlyMap<string, Person>>(new Map()),
    members: signal<ReadonlyMap<string, readonly Person[]>>(new Map()),
    open: signal<string | null>(null),
    timelines: signal<ReadonlyMap<string, Timeline>>(new Map()),
    pasts: signal<ReadonlyMap<string, Past>>(new Map()),
    aim: signal<Aim | null>(null),
    search: signal<SearchState>(noSearch),
    outgoing: signal<ReadonlyMap<string, readonly Outgoing[]>>(new Map()),
    typing: signal<ReadonlyMap<string, readonly string[]>>(new Map()),
    unread: signal<ReadonlyMap<string, number>>(new Map()),
    reads: signal<ReadonlyMap<string, Position>>(new Map()),
    unreadPart: signal<UnreadPart | null>(null),
    atEnd: signal<string | null>(null),
    mutes: signal<ReadonlyMap<string, Mute>>(new Map()),
    telegram: signal<TelegramState>({ kind: 'unknown' }),
    online: signal<ReadonlySet<string>>(new Set()),
    drafts: signal<ReadonlyMap<string, string>>(new Map()),
    problems: signal<ReadonlyMap<string, string>>(new Map()),
  };
}

/** Puts one entry of a map in the state, or with undefined takes it away. */
export function put<Value>(map: Signal<ReadonlyMap<string, Value>>, key: string, value: Value | undefined): void {
  if (map.peek().get(key) === value) return;
  const changed = new Map(map.peek());
  if (value === undefined) changed.delete(key);
  else changed.set(key, value);
  map.value = changed;
}

export function meetPeople(state: State, people: readonly Person[]): void {
  if (people.length === 0) return;
  const known = new Map(state.people.peek());
  for (const person of people) known.set(person.id, person);
  state.people.value = known;
}

/** Not of a person, but of the server and the tab. */
const lasting: ReadonlySet<keyof State> = new Set<keyof State>(['session', 'websocketUrl', 'hasTelegram', 'visible']);

/** Forgets everything that belongs to the person who was logged in. */
export function forgetEverything(state: State): void {
  const fresh = createState();
  for (const key of Object.keys(fresh) as (keyof State)[]) {
    if (lasting.has(key)) continue;
    (state[key] as Signal<unknown>).value = fresh[key].peek();
  }
}
