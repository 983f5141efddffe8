// For tests: a page of somebody, with what it has read, and the server behind it.
import { batch } from '@preact/signals';
import type { Api } from '../api/api';
import type { Conversation, Mute } from '../api/shapes';
import type { Message } from '../model/message';
import type { Position } from '../model/position';
import { merge } from '../model/timeline';
import { createState, put, type State } from '../state/state';
import { Reading } from './reading';

const epoch = '0190e000-0000-7000-8000-000000000001';
const at = (sequence: number): Position => ({ epoch, sequence });

/** What the pages ask of it. */
export interface FakeServer {
  count(): Promise<number>;
  markRead(sequence: number): Promise<void>;
}

/** Between the tabs of one browser. */
export class FakeChannel {
  static channels: FakeChannel[] = [];
  onmessage?: (event: { data: unknown }) => void;

  constructor(readonly name: string) {
    FakeChannel.channels.push(this);
  }

  postMessage(data: unknown): void {
    for (const other of FakeChannel.channels) {
      if (other !== this && other.name === this.name) other.onmessage?.({ data: structuredClone(data) });
    }
  }

  close(): void {
    FakeChannel.channels = FakeChannel.channels.filter((channel) => channel !== this);
  }
}

export class Tab {
  readonly state: State = createState();
  readonly reading: Reading;

  constructor(server: FakeServer, me = 'me') {
    const api: Partial<Api> = {
      countUnread: async (ids) => Promise.all(ids.map(async (conversation) => ({ conversation, count: await server.count() }))),
      markRead: (_, { sequence }) => server.markRead(sequence),
      mute: async (_, until): Promise<Mute> => ({ until }),
      unmute: async () => undefined,
    };
    this.reading = new Reading(this.state, me, api as Api);
    this.reading.start();
  }

  /** The list with one conversation, `c`. */
  list(read: number | null, muted: Mute | null = null): void {
    const conversation: Conversation = {
      id: 'c', kind: 'room', title: 'C', created_at: '', member_count: 2, members: [], read: read === null ? null : at(read), muted,
    };
    batch(() => {
      this.state.conversations.value = [conversation];
      this.reading.listed([conversation], new Set(['c']));
    });
  }

  open(sequences: number[], authors: Record<number, string> = {}): void {
    this.state.open.value = 'c';
    this.reading.opened('c');
    this.put(sequences, authors);
    this.reading.loaded('c');
  }

  hear(sequence: number, author = 'ann'): void {
    this.put([sequence], { [sequence]: author });
    this.reading.hear('c', message(sequence, author));
  }

  private put(sequences: number[], authors: Record<number, string>): void {
    const held = this.state.timelines.peek().get('c')?.messages ?? [];
    const messages = merge(held, sequences.map((sequence) => message(sequence, authors[sequence] ?? 'ann')));
    put(this.state.timelines, 'c', { messages, older: null, complete: at(messages.at(-1)?.sequence ?? 0) });
  }

  get isLookedAt(): boolean {
    return this.state.visible.value && this.state.atEnd.value !== null;
  }

  get unread(): number {
    return this.state.unread.value.get('c') ?? 0;
  }

  /** The line: behind which message, and up to which. */
  get part(): (number | undefined)[] | null {
    const part = this.state.unreadPart.value;
    return part === null ? null : [part.after?.sequence, part.upTo.sequence];
  }
}

function message(sequence: number, author: string): Message {
  return { ...at(sequence), id: `m${sequence}`, clientId: '', author, text: '', time: 0 };
}
