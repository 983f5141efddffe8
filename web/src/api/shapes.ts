// What the REST API answers; docs/services.md is the contract. Members the page has no use for are left out.
import type { Position } from '../model/position';

export interface Person {
  id: string;
  username: string;
  display_name: string;
}

export type Me = Person;

export interface Tokens {
  user: Me;
  access_token: string;
  expires_in: number;
}

/** Nothing is told of a conversation until a time, or without one until it is taken back. */
export interface Mute {
  until: string | null;
}

export interface Conversation {
  id: string;
  kind: 'direct' | 'room';
  title: string | null;
  created_at: string;
  member_count: number;
  members: Person[];
  /** How far the person who asks has read it. */
  read: Position | null;
  muted: Mute | null;
}

export interface UnreadCount {
  conversation: string;
  /** At most 100. */
  count: number;
}

export interface StoredMessage {
  id: string;
  client_id: string;
  conversation: string;
  kind: string;
  text: string;
  from: Person;
  epoch: string;
  sequence: number;
  timestamp: string;
}

export interface ConversationPage {
  conversations: Conversation[];
  next: string | null;
}

export interface MessagePage {
  messages: StoredMessage[];
  next: string | null;
  /** The position up to which the newest page is complete. */
  resume: string | null;
}

/** The page around a message, newest first like the others. */
export interface PageAround extends MessagePage {
  /** Where newer messages begin; null when this page has the newest. */
  previous: string | null;
}

/** A piece of a found text; `hit`: it was looked for. */
export interface Fragment {
  text: string;
  hit: boolean;
}

export interface FoundMessage extends StoredMessage {
  excerpt: Fragment[];
}

export interface FoundPage {
  results: FoundMessage[];
  next: string | null;
}

export interface MemberPage {
  members: Person[];
  next: string | null;
}

export interface TelegramStatus {
  /** The bot's name in Telegram. */
  bot: string;
  link: { name: string; since: string } | null;
  /** How the last link ended, if there is none now. */
  ended: { reason: string; at: string } | null;
}

/** A link that is good once. */
export interface TelegramOffer {
  url: string;
  expires_at: string;
}

/** What `messages.send` answers. */
export interface SentMessage {
  id: string;
  client_id: string;
  epoch: string;
  sequence: number;
}
