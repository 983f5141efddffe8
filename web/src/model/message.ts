// A message as the page shows it, made from what the history or a publication says. What comes from the WebSocket is
// checked: kinds and shapes this page does not know are ignored.
import type { SentMessage, StoredMessage } from '../api/shapes';
import type { Position } from './position';

export interface Message extends Position {
  id: string;
  clientId: string;
  author: string;
  text: string;
  time: number;
}

/** What a channel of the WebSocket delivers. */
export interface Publication {
  data: unknown;
  offset?: number;
  info?: { user: string };
  tags?: Record<string, string>;
}

export function fromHistory(stored: StoredMessage): Message {
  return {
    id: stored.id,
    clientId: stored.client_id,
    author: stored.from.id,
    text: stored.text,
    time: Date.parse(stored.timestamp),
    epoch: stored.epoch,
    sequence: stored.sequence,
  };
}

export function fromPublication({ data, offset, info, tags }: Publication): Message | null {
  if (typeof data !== 'object' || data === null) return null;
  const { kind, id, client_id, text } = data as Record<string, unknown>;
  if (kind !== 'text' || typeof id !== 'string' || typeof text !== 'string') return null;
  const epoch = tags?.['epoch'];
  if (offset === undefined || epoch === undefined || info === undefined) return null;
  return {
    id,
    clientId: typeof client_id === 'string' ? client_id : '',
    author: info.user,
    text,
    time: Date.parse(tags?.['timestamp'] ?? ''),
    epoch,
    sequence: offset,
  };
}

/** Our own message after the server has taken it; `time` is when it was written, by our clock. */
export function fromSent(sent: SentMessage, author: string, text: string, time: number): Message {
  return {
    id: sent.id,
    clientId: sent.client_id,
    author,
    text,
    time,
    epoch: sent.epoch,
    sequence: sent.sequence,
  };
}
