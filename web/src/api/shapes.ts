// What the REST API answers; docs/services.md is the contract. Members the page has no use for are left out.

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

export interface Conversation {
  id: string;
  kind: 'direct' | 'room';
  title: string | null;
  created_at: string;
  member_count: number;
  members: Person[];
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

/** What `messages.send` answers. */
export interface SentMessage {
  id: string;
  client_id: string;
  epoch: string;
  sequence: number;
}
