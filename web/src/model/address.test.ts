import { expect, test } from 'vitest';
import { addressOf, parseAddress } from './address';

const conversation = '0190e000-0000-7000-8000-00000000000c';
const position = { epoch: '0190e000-0000-7000-8000-000000000001', sequence: 7 };

test('of a conversation and of a message of it are read as they are written', () => {
  expect(parseAddress(addressOf(conversation))).toEqual({ conversation, position: null });
  expect(parseAddress(addressOf(conversation, position))).toEqual({ conversation, position });
  expect(parseAddress(addressOf(null))).toEqual({ conversation: null, position: null });
});

test.each(['', '#', '#/c/', '#/c/lobby', `#/c/${conversation}x`])('%s leads to the list', (hash) => {
  expect(parseAddress(hash).conversation).toBeNull();
});

test('with something else for a position leads to the newest messages', () => {
  expect(parseAddress(`#/c/${conversation}/7`)).toEqual({ conversation, position: null });
  expect(parseAddress(`#/c/${conversation}/`)).toEqual({ conversation, position: null });
});
