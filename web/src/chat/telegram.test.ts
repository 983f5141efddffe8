import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Api } from '../api/api';
import { Problem } from '../api/problem';
import type { TelegramStatus } from '../api/shapes';
import { createState, type State } from '../state/state';
import { Telegram } from './telegram';

const notLinked: TelegramStatus = { bot: 'fanfare_bot', link: null, ended: null };
const linked: TelegramStatus = { ...notLinked, link: { name: 'Ann', since: '2026-11-26T10:00:00Z' } };

let state: State;
let telegram: Telegram;
let status: TelegramStatus | Problem;
let questions: number;

const wait = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers();
  state = createState();
  state.hasTelegram.value = true;
  status = notLinked;
  questions = 0;
  const api: Partial<Api> = {
    telegramStatus: async () => {
      ++questions;
      if (status instanceof Problem) throw status;
      return status;
    },
    unlinkTelegram: async () => {
      status = { ...notLinked, ended: { reason: 'unlinked', at: '' } };
    },
  };
  telegram = new Telegram(state, api as Api);
});

afterEach(() => {
  telegram.stop();
  vi.useRealTimers();
});

test('asks again when something has changed it', async () => {
  await telegram.load();
  expect(state.telegram.value).toEqual({ kind: 'known', status: notLinked });
  status = linked;
  telegram.hear({ kind: 'telegram_linked' });
  await wait(0);
  expect(state.telegram.value).toEqual({ kind: 'known', status: linked });
  status = { ...notLinked, ended: { reason: 'blocked', at: '2026-11-26T11:00:00Z' } };
  telegram.hear({ kind: 'telegram_ended', reason: 'blocked' });
  await wait(0);
  expect(state.telegram.value).toEqual({ kind: 'known', status });
});

test('what it does not know in one’s channel is nothing to it', async () => {
  for (const data of [null, 5, 'telegram_linked', { kind: 'conversation_added' }, {}]) telegram.hear(data);
  await wait(0);
  expect(questions).toBe(0);
});

test('while nobody answers it says so and asks again', async () => {
  status = new Problem('unavailable', 'away');
  await telegram.load();
  expect(state.telegram.value).toEqual({ kind: 'unavailable', problem: 'away' });
  status = linked;
  await wait(30_000);
  expect(state.telegram.value).toEqual({ kind: 'known', status: linked });
});

test('asks nothing of a server that has no bot', async () => {
  state.hasTelegram.value = false;
  await telegram.load();
  expect([questions, state.telegram.value]).toEqual([0, { kind: 'unknown' }]);
});

test('unlinking is seen at once', async () => {
  status = linked;
  await telegram.load();
  await telegram.unlink();
  expect(state.telegram.value).toMatchObject({ kind: 'known', status: { link: null } });
});
