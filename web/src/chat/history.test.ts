import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Api } from '../api/api';
import { Problem } from '../api/problem';
import type { MessagePage, StoredMessage } from '../api/shapes';
import type { Position } from '../model/position';
import { createState, type State } from '../state/state';
import { History } from './history';

const ann = { id: 'ann', username: 'ann', display_name: 'Ann' };
const epoch = '0190e000-0000-7000-8000-000000000001';
const pageSize = 3;
let state: State;
let stored: number;
let heard: (Position | null | 'problem')[];
let history: History;
let listMessages: ReturnType<typeof vi.fn<Api['listMessages']>>;

function message(sequence: number): StoredMessage {
  return {
    id: `m${sequence}`, client_id: '', conversation: 'c', kind: 'text', text: `${sequence}`, from: ann, epoch, sequence,
    timestamp: '2026-11-21T10:00:00.000Z',
  };
}

/** What a store with the messages 1 to `stored` answers. */
async function page(before: string | undefined): Promise<MessagePage> {
  const last = before === undefined ? stored : Number(before) - 1;
  const first = Math.max(1, last - pageSize + 1);
  const messages = Array.from({ length: last - first + 1 }, (_, index) => message(last - index));
  return { messages, next: first > 1 ? `${first}` : null, resume: `${epoch}-${stored}` };
}

function shown(): number[] {
  return (state.timelines.value.get('c')?.messages ?? []).map(({ sequence }) => sequence);
}

beforeEach(() => {
  vi.useFakeTimers();
  state = createState();
  listMessages = vi.fn<Api['listMessages']>((_, before) => page(before));
  heard = [];
  history = new History(state, { listMessages } as unknown as Api, {
    onRead: (_, resume) => heard.push(resume),
    onProblem: () => heard.push('problem'),
  });
});

afterEach(() => vi.useRealTimers());

describe('a refresh', () => {
  test('says up to where the history is complete', async () => {
    stored = 2;
    history.refresh('c');
    await vi.runAllTimersAsync();
    expect(shown()).toEqual([1, 2]);
    expect(heard).toEqual([{ epoch, sequence: 2 }]);
    expect(listMessages).toHaveBeenCalledTimes(1);
  });

  test('counts from its newest page, however many it reads', async () => {
    stored = 4;
    history.refresh('c');
    await vi.runAllTimersAsync();
    stored = 12;
    listMessages.mockImplementation(async (_, before) => {
      const answer = await page(before);
      return before === undefined ? answer : { ...answer, resume: `${epoch}-99` };
    });
    history.refresh('c');
    await vi.runAllTimersAsync();
    expect(heard.at(-1)).toEqual({ epoch, sequence: 12 });
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
    expect(heard).toEqual(['problem']);
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

describe('when live messages begin', () => {
  const lost = { recovering: true, recovered: false, position: { epoch, sequence: 9 } };

  beforeEach(async () => {
    stored = 2;
    history.refresh('c');
    await vi.runAllTimersAsync();
    listMessages.mockClear();
  });

  test('after the end of what was read, it is read again at once', async () => {
    stored = 3;
    history.subscribed('c', { recovering: false, recovered: false, position: { epoch, sequence: 3 } });
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toEqual([1, 2, 3]);
  });

  test('before it, nothing is read', async () => {
    history.subscribed('c', { recovering: false, recovered: false, position: { epoch, sequence: 2 } });
    await vi.runAllTimersAsync();
    expect(listMessages).not.toHaveBeenCalled();
  });

  test('in a channel that keeps nothing, it is read again', async () => {
    history.subscribed('c', { recovering: false, recovered: false, position: null });
    await vi.runAllTimersAsync();
    expect(listMessages).toHaveBeenCalledTimes(1);
  });

  test('and all that was missed comes with them, nothing is read', async () => {
    history.subscribed('c', { ...lost, recovered: true });
    await vi.runAllTimersAsync();
    expect(listMessages).not.toHaveBeenCalled();
  });

  test('and something is lost, it is read once, after a pause that grows up to a bound', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    for (const pause of [500, 1_000, 2_000, 4_000, 8_000, 8_000]) {
      history.subscribed('c', lost);
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(listMessages).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(listMessages).toHaveBeenCalledTimes(1);
      listMessages.mockClear();
    }
    history.subscribed('c', { ...lost, recovered: true });
    history.subscribed('c', lost);
    await vi.advanceTimersByTimeAsync(500);
    expect(listMessages).toHaveBeenCalledTimes(1);
  });

  test('pages do not all read at the same moment', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    history.subscribed('c', lost);
    await vi.advanceTimersByTimeAsync(250);
    expect(listMessages).toHaveBeenCalledTimes(1);
  });

  test('a read on the way, which may be too old, begins anew', async () => {
    const answers: ((page: MessagePage) => void)[] = [];
    listMessages.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
    history.refresh('c');
    const early = await page(undefined);
    stored = 3;
    history.subscribed('c', { recovering: false, recovered: false, position: { epoch, sequence: 3 } });
    answers[0]?.(early);
    answers[1]?.(await page(undefined));
    await vi.runAllTimersAsync();
    expect(shown()).toEqual([1, 2, 3]);
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
