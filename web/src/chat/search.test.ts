import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Api } from '../api/api';
import { Problem } from '../api/problem';
import type { FoundMessage, FoundPage } from '../api/shapes';
import { createState, noSearch, type State } from '../state/state';
import { Search } from './search';

let state: State;
let search: Search;
let searchMessages: ReturnType<typeof vi.fn<Api['searchMessages']>>;

function found(id: string): FoundMessage {
  return {
    id, client_id: '', conversation: 'c', kind: 'text', text: id, from: { id: 'ann', username: 'ann', display_name: 'Ann' },
    epoch: 'e', sequence: 1, timestamp: '', excerpt: [{ text: id, hit: true }],
  };
}

function page(next: string | null, ...ids: string[]): FoundPage {
  return { results: ids.map(found), next };
}

function ids(): string[] | undefined {
  return state.search.value.results?.map(({ id }) => id);
}

async function look(query: string, within: string | null = null): Promise<void> {
  search.look(query, within);
  await vi.advanceTimersByTimeAsync(300);
}

beforeEach(() => {
  vi.useFakeTimers();
  state = createState();
  searchMessages = vi.fn<Api['searchMessages']>(async () => page(null, 'a'));
  search = new Search(state, { searchMessages } as unknown as Api);
});

afterEach(() => vi.useRealTimers());

test('asks once after a pause in typing', async () => {
  for (const query of ['h', 'ha', 'har']) search.look(query, 'c');
  expect(state.search.value).toMatchObject({ query: 'har', within: 'c', loading: true });
  await vi.advanceTimersByTimeAsync(300);
  expect(searchMessages.mock.calls.map(([query, within, cursor]) => [query, within, cursor])).toEqual([['har', 'c', null]]);
  expect(state.search.value).toMatchObject({ loading: false, next: null, problem: '' });
  expect(ids()).toEqual(['a']);
  expect(state.people.value.get('ann')?.display_name).toBe('Ann');
});

test('looks for words only, without what cannot be in a message', async () => {
  await look(' one\ttwo\u0000 ');
  expect(searchMessages.mock.calls[0]?.[0]).toBe('one two');
  expect(state.search.value.query).toBe(' one\ttwo\u0000 ');
});

test('of nothing asks nothing and shows nothing', async () => {
  await look('a');
  await look('  ');
  expect(searchMessages).toHaveBeenCalledOnce();
  expect(state.search.value).toEqual({ ...noSearch, query: '  ' });
});

test('drops the answer to what is not looked for any more', async () => {
  const answers: ((page: FoundPage) => void)[] = [];
  searchMessages.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  await look('first');
  await look('second');
  answers[1]?.(page(null, 'second'));
  answers[0]?.(page(null, 'first'));
  await vi.advanceTimersByTimeAsync(0);
  expect(ids()).toEqual(['second']);
});

test('shows more results on demand, each once', async () => {
  searchMessages.mockResolvedValueOnce(page('from2', 'a', 'b')).mockResolvedValueOnce(page(null, 'b', 'c'));
  await look('x');
  search.more();
  search.more();
  await vi.advanceTimersByTimeAsync(0);
  expect(searchMessages.mock.calls.map(([, , cursor]) => cursor)).toEqual([null, 'from2']);
  expect(ids()).toEqual(['a', 'b', 'c']);
  search.more();
  expect(searchMessages).toHaveBeenCalledTimes(2);
});

test('says what is wrong, and asks again on demand', async () => {
  searchMessages.mockRejectedValueOnce(new Problem('unavailable', 'The search is away.'));
  await look('x');
  expect(state.search.value).toMatchObject({ problem: 'The search is away.', loading: false, results: null });
  search.more();
  await vi.advanceTimersByTimeAsync(0);
  expect(state.search.value.problem).toBe('');
  expect(ids()).toEqual(['a']);
});

test('keeps what it has when more can’t be had', async () => {
  searchMessages.mockResolvedValueOnce(page('from1', 'a')).mockRejectedValueOnce(new Problem('unavailable', 'away'));
  await look('x');
  search.more();
  await vi.advanceTimersByTimeAsync(0);
  expect(ids()).toEqual(['a']);
  search.more();
  await vi.advanceTimersByTimeAsync(0);
  expect(searchMessages.mock.calls.at(-1)?.[2]).toBe('from1');
});
