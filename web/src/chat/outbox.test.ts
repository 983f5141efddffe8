import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import { createState, type State } from '../state/state';
import { Outbox, type SendText } from './outbox';

const away = new Problem('unavailable', 'The server is away.');
let state: State;
let sendText: ReturnType<typeof vi.fn<SendText>>;
let sent: string[];
let outbox: Outbox;

beforeEach(() => {
  vi.useFakeTimers();
  state = createState();
  sent = [];
  sendText = vi.fn<SendText>(async (_, clientId) => ({ id: `m${clientId}`, client_id: clientId, epoch: 'a', sequence: 1 }));
  outbox = new Outbox(state, 'ann', (...all) => sendText(...all), (_, message) => sent.push(message.text));
});

afterEach(() => vi.useRealTimers());

function waiting(): { text: string; problem: string }[] {
  return (state.outgoing.value.get('c') ?? []).map(({ text, problem }) => ({ text, problem }));
}

function clientIds(): (string | undefined)[] {
  return sendText.mock.calls.map(([, clientId]) => clientId);
}

describe('sending', () => {
  test('shows a message as waiting until the server has it', async () => {
    outbox.add('c', 'hi');
    expect(waiting()).toEqual([{ text: 'hi', problem: '' }]);
    await vi.runAllTimersAsync();
    expect(waiting()).toEqual([]);
    expect(sent).toEqual(['hi']);
  });

  test('keeps the order, one message at a time', async () => {
    for (const text of ['1', '2', '3']) outbox.add('c', text);
    expect(sendText).toHaveBeenCalledTimes(1);
    await vi.runAllTimersAsync();
    expect(sent).toEqual(['1', '2', '3']);
  });

  test('is repeated with the same client id while the server is away', async () => {
    sendText.mockRejectedValueOnce(away).mockRejectedValueOnce(away);
    outbox.add('c', 'hi');
    await vi.runAllTimersAsync();
    expect(sent).toEqual(['hi']);
    expect(sendText).toHaveBeenCalledTimes(3);
    expect(new Set(clientIds()).size).toBe(1);
  });

  test('ends when the message has come back as a publication', async () => {
    sendText.mockRejectedValue(away);
    outbox.add('c', 'hi');
    await vi.advanceTimersByTimeAsync(10);
    outbox.settle('c', clientIds()[0] ?? '');
    await vi.runAllTimersAsync();
    expect(waiting()).toEqual([]);
    expect(sendText).toHaveBeenCalledTimes(1);
  });
});

describe('failing', () => {
  test('after a while leaves everything to its writer, and tries again in order with the same ids', async () => {
    sendText.mockRejectedValue(away);
    outbox.add('c', '1');
    outbox.add('c', '2');
    await vi.runAllTimersAsync();
    expect(waiting()).toEqual([{ text: '1', problem: away.message }, { text: '2', problem: away.message }]);
    const ids = (state.outgoing.value.get('c') ?? []).map(({ clientId }) => clientId);
    sendText.mockReset();
    sendText.mockImplementation(async (_, clientId) => ({ id: clientId, client_id: clientId, epoch: 'a', sequence: 1 }));
    outbox.retry('c');
    await vi.runAllTimersAsync();
    expect(sent).toEqual(['1', '2']);
    expect(clientIds()).toEqual(ids);
  });

  test('for good does not hold up what follows', async () => {
    sendText.mockRejectedValueOnce(new Problem('invalid', 'Too long.'));
    outbox.add('c', '1');
    outbox.add('c', '2');
    await vi.runAllTimersAsync();
    expect(waiting()).toEqual([{ text: '1', problem: 'Too long.' }]);
    expect(sent).toEqual(['2']);
  });

  test('ends with the chat', async () => {
    sendText.mockRejectedValue(away);
    outbox.add('c', '1');
    await vi.advanceTimersByTimeAsync(10);
    outbox.stop();
    await vi.runAllTimersAsync();
    expect(sendText).toHaveBeenCalledTimes(1);
  });
});
