// What the list of messages shows, top to bottom: days, messages, where the unread ones began, and at the end what is still
// being sent. Messages of one author that follow each other closely belong together.
import type { Message } from '../model/message';
import type { Outgoing } from '../state/state';
import { dayText, isSameDay } from './dates';

export type Row =
  | { kind: 'day'; key: string; text: string }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; message: Message; first: boolean }
  | { kind: 'outgoing'; key: string; message: Outgoing; first: boolean };

const closely = 5 * 60_000;

/** `unread`: the id of the message before which a line stands. */
export function rowsOf(
  messages: readonly Message[], outgoing: readonly Outgoing[], me: string, now: number, unread?: string,
): Row[] {
  const rows: Row[] = [];
  let before: { author: string; time: number } | null = null;
  const begins = (author: string, time: number): boolean => {
    const newDay = before === null || !isSameDay(before.time, time);
    if (newDay && Number.isFinite(time)) rows.push({ kind: 'day', key: `day ${time}`, text: dayText(time, now) });
    const first = newDay || before?.author !== author || time - before.time > closely;
    before = { author, time };
    return first;
  };
  for (const message of messages) {
    const first = begins(message.author, message.time);
    if (message.id === unread) rows.push({ kind: 'unread', key: 'unread' });
    rows.push({ kind: 'message', key: message.id, message, first: first || message.id === unread });
  }
  // One that came back while its answer is still on the way is shown once.
  const arrived = new Set(messages.filter(({ author }) => author === me).map(({ clientId }) => clientId));
  for (const message of outgoing) {
    if (arrived.has(message.clientId)) continue;
    rows.push({ kind: 'outgoing', key: message.clientId, message, first: begins(me, message.time) });
  }
  return rows;
}
