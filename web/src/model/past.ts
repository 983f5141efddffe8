// An old part of a conversation that somebody looks at: the messages around one of them and the pages that were read on
// either side, in order and without holes. What comes live is not put behind them: it goes into the timeline, and once
// the past reaches what that holds, both are one. Values; each function returns a new one.
import type { Message } from './message';
import { comparePositions, positionText, type Position } from './position';
import { merge, type Timeline } from './timeline';

export interface Past {
  readonly messages: readonly Message[];
  /** The cursor of the page before the oldest message; null when that is the first one ever. */
  readonly older: string | null;
  /** The cursor of the page behind the newest message; null when that was the newest one. */
  readonly newer: string | null;
  /** The first page is on the way. */
  readonly loading: boolean;
  /** What went wrong with loading. */
  readonly problem: string;
  /** Somebody has written since. */
  readonly hasNews: boolean;
}

export const unreadPast: Past = { messages: [], older: null, newer: null, loading: true, problem: '', hasNews: false };

export function withAround(past: Past, page: readonly Message[], older: string | null, newer: string | null): Past {
  return { ...past, messages: merge([], page), older, newer, loading: false, problem: '' };
}

export function withOlderPage(past: Past, page: readonly Message[], older: string | null): Past {
  return { ...past, messages: merge(past.messages, page), older, problem: '' };
}

export function withNewerPage(past: Past, page: readonly Message[], newer: string | null): Past {
  return { ...past, messages: merge(past.messages, page), newer, problem: '' };
}

/** Whether nothing is missing between the two. */
export function meets(past: Past, timeline: Timeline): boolean {
  if (past.loading || timeline.complete === undefined) return false;
  const [last, first] = [past.messages.at(-1), timeline.messages[0]];
  return last === undefined || first === undefined || comparePositions(last, first) >= 0;
}

/** The timeline with the past that it meets. */
export function joined(past: Past, timeline: Timeline): Timeline {
  const [ofPast, ofTimeline] = [past.messages[0], timeline.messages[0]];
  const pastIsFirst = ofPast !== undefined && (ofTimeline === undefined || comparePositions(ofPast, ofTimeline) < 0);
  return {
    messages: merge(past.messages, timeline.messages),
    older: pastIsFirst ? past.older : timeline.older,
    complete: timeline.complete,
  };
}

/** Its end is not the end any more: what follows is read from there. */
export function reopened(past: Past): Past {
  const last = past.messages.at(-1);
  return past.newer !== null || last === undefined ? past : { ...past, newer: positionText(last) };
}

/** The message at a position; if there is none, the one before it. */
export function messageAt(messages: readonly Message[], position: Position): Message | undefined {
  const behind = messages.findIndex((message) => comparePositions(message, position) > 0);
  return messages[Math.max(0, (behind < 0 ? messages.length : behind) - 1)];
}
