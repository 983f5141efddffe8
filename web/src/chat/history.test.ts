import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Api } from '../api/api';
import { Problem } from '../api/problem';
import type { MessagePage, StoredMessage } from '../api/shapes';
import { createState, type State } from '../state/state';
import { History } from './history';

const ann = { id: 'ann', username: 'ann', display_name: 'Ann' };
const pageSize = 3;
let state: State;
let stored: number;
let history: History;
let listMessages: ReturnType<typeof vi.fn<Api['listMessages']>>;

function message(sequence: number): StoredMessage {
  return {
    id: `m${sequence}`, client_id: '', conversation: 'c', kind: 'text', text: `${sequence}`, from: ann, epoch: 'a', sequence,
    timestamp: '2026-11-21T10:00:00.000Z',
  };
}

/** What a store with the messages 1 to `stored` answers. */
async function page(before: string | undefined): Promise<MessagePage> {
  const last = before === undefined ? stored : Number(before) - 1;
  const first = Math.max(1, last - pageSize + 1);
  const messages = Array.from({ length: last - first + 1 }, (_, index) => message(last - index));
  return { messages, next: first > 1 ? `${first}` : null };
}

function shown(): number[] {
  return (state.timelines.value.get('c')?.messages ?? []).map(({ sequence }) => sequence);
}

beforeEach(() => {
  vi.useFakeTimers();
  state = createState();
  listMessages = vi.fn<Api['listMessages']>((_, before) => page(before));
  history = new History(state, { listMessages } as unknown as Api);
});

afterEach(() => vi.useRealTimers());

describe('a refresh', () => {
  test('looks a second time for what the store did not have yet', async () => {
    stored = 2;
    history.refresh('c');
    await vi.advanceTimersByTimeAsync(100);
    expect(shown()).toEqual([1, 2]);
    stored = 3;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown()).toEqual([1, 2, 3]);
    expect(listMessages).toHaveBeenCalledTimes(2);
  });

  test('after an interruption reads back to what is held', async () => {
    stored = 4;
    history.refresh('c');
    await vi.runAllTimersAsync();
    stored = 12;
    history.refresh('c');
    await vi.runAllTimersAsync();
    expect(shown()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test('says what is wrong while the server is away, and goes on by itself', async () => {
    stored = 1;
    listMessages.mockRejectedValueOnce(new Problem('unavailable', 'The history is away.'));
    history.refresh('c');
    await vi.advanceTimersByTimeAsync(10);
    expect(state.problems.value.get('c')).toBe('The history is away.');
    await vi.runAllTimersAsync();
    expect(shown()).toEqual([1]);
    expect(state.problems.value.has('c')).toBe(false);
  });

  test('of a conversation of other people says so once', async () => {
    listMessages.mockRejectedValue(new Problem('not_found', 'No such conversation.'));
    history.refresh('c');
    await vi.runAllTimersAsync();
    expect(state.problems.value.get('c')).toBe('No such conversation.');
    expect(listMessages).toHaveBeenCalledTimes(1);
  });
});

describe('older messages', () => {
  test('come page by page until the first one, one request at a time', async () => {
    stored = 8;
    history.refresh('c');
    await vi.runAllTimersAsync();
    expect(shown()).toEqual([6, 7, 8]);
    history.loadOlder('c');
    history.loadOlder('c');
    await vi.runAllTimersAsync();
    expect(shown()).toEqual([3, 4, 5, 6, 7, 8]);
    history.loadOlder('c');
    await vi.runAllTimersAsync();
    history.loadOlder('c');
    await vi.runAllTimersAsync();
    expect(shown()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
