// What of a conversation is unread: what others wrote behind the position up to which it was read, and behind what one
// has written oneself.
import type { Message } from './message';
import { comparePositions, type Position } from './position';

/** Read up to here; null: nothing of it. */
export type ReadUpTo = Position | null;

/** A part of a conversation that begins unread; messages that come later are not part of it. */
export interface UnreadPart {
  conversation: string;
  after: ReadUpTo;
  upTo: Position;
}

export function isBehind(message: Position, read: ReadUpTo): boolean {
  return read === null || comparePositions(message, read) > 0;
}

export function later(a: ReadUpTo, b: ReadUpTo): ReadUpTo {
  if (a === null || b === null) return a ?? b;
  return comparePositions(a, b) < 0 ? b : a;
}

/** The last of one's own messages: what is before it counts as read. */
export function lastOwn(messages: readonly Message[], me: string): ReadUpTo {
  for (let index = messages.length - 1; index >= 0; --index) {
    const message = messages[index];
    if (message?.author === me) return { epoch: message.epoch, sequence: message.sequence };
  }
  return null;
}

/** How many of these messages are unread. */
export function countUnread(messages: readonly Message[], read: ReadUpTo, me: string): number {
  const after = later(read, lastOwn(messages, me));
  return messages.filter((message) => message.author !== me && isBehind(message, after)).length;
}

/** The id of the part's first message, if it is among these; `complete`: nothing comes before them. */
export function firstUnread(messages: readonly Message[], complete: boolean, part: UnreadPart, me: string): string | undefined {
  const index = messages.findIndex((message) => message.author !== me && isBehind(message, part.after));
  const first = messages[index];
  if (first === undefined || isBehind(first, part.upTo)) return undefined;
  return index > 0 || complete ? first.id : undefined;
}

const mostShown = 99;

export function countText(count: number): string {
  return count > mostShown ? `${mostShown}+` : String(count);
}
