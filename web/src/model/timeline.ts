// The messages of one conversation that the page holds, in the order of their positions and without holes: what came live
// is merged with pages of history by id. Values; each function returns a new one.
import type { Message } from './message';
import { comparePositions, type Position } from './position';

export interface Timeline {
  readonly messages: readonly Message[];
  /** The cursor of the page before the oldest message; null when that is the first one ever. */
  readonly older: string | null;
  /** Up to here everything came from the history; undefined before its first page. */
  readonly complete: Position | null | undefined;
}

export const emptyTimeline: Timeline = { messages: [], older: null, complete: undefined };

/** All of both, each id once and in order. Of two with the same id the added one stays. */
export function merge(held: readonly Message[], added: readonly Message[]): Message[] {
  const byId = new Map(held.map((message) => [message.id, message]));
  for (const message of added) byId.set(message.id, message);
  return [...byId.values()].sort(comparePositions);
}

export function withLive(timeline: Timeline, message: Message): Timeline {
  return { ...timeline, messages: merge(timeline.messages, [message]) };
}

/** The answer to a message of our own; its publication and the history know more and stay. */
export function withSent(timeline: Timeline, message: Message): Timeline {
  return timeline.messages.some(({ id }) => id === message.id) ? timeline : withLive(timeline, message);
}

export function withOlder(timeline: Timeline, page: readonly Message[], next: string | null): Timeline {
  return { ...timeline, messages: merge(timeline.messages, page), older: next };
}

/** Whether messages read backwards from the newest have reached what is already complete. */
export function reachesHeld(timeline: Timeline, read: readonly Message[], next: string | null): boolean {
  const { complete } = timeline;
  if (next === null || complete === undefined) return true;
  return complete !== null && read.some((message) => comparePositions(message, complete) <= 0);
}

/**
 * With what was read backwards from the newest message; `next` is the cursor of the page before. If that does not reach
 * what is held, the held messages before the hole are let go: they come back when somebody scrolls there.
 */
export function withNewest(timeline: Timeline, read: readonly Message[], next: string | null): Timeline {
  const newest = merge([], read);
  const first = newest[0];
  const startsAnew = timeline.complete === undefined || !reachesHeld(timeline, read, next);
  const kept =
    startsAnew && next !== null && first !== undefined
      ? timeline.messages.filter((message) => comparePositions(message, first) > 0)
      : timeline.messages;
  return {
    messages: merge(kept, newest),
    older: startsAnew ? next : timeline.older,
    complete: newest.at(-1) ?? timeline.complete ?? null,
  };
}
