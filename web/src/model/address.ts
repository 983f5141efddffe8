// Where things are on this page, as the part of the address behind #: a conversation, or a message of one.
import { parsePosition, positionText, type Position } from './position';

export interface Place {
  /** Null: the list of conversations. */
  conversation: string | null;
  /** Of a message; null: the newest ones. */
  position: Position | null;
}

export function addressOf(conversation: string | null, position: Position | null = null): string {
  if (conversation === null) return '#/';
  return position === null ? `#/c/${conversation}` : `#/c/${conversation}/${positionText(position)}`;
}

/** What is no such address leads to the list; what is no position to the newest messages. */
export function parseAddress(hash: string): Place {
  const [, conversation = null, position] = /^#\/c\/([0-9a-f-]{36})(?:\/(.*))?$/.exec(hash) ?? [];
  return { conversation, position: parsePosition(position) };
}
