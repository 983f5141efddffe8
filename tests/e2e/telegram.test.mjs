// Telegram as people meet it: the link is made on the page and in Telegram, who closes the page is told there, what they
// answer is on the page of the other, and who blocks the bot reads so on the page.
import assert from 'node:assert/strict';
import test from 'node:test';
import { BotApi } from './bot_api.mjs';
import { eventually } from './eventually.mjs';
import { Person, openBrowser } from './people.mjs';
import { System } from './system.mjs';

const inTelegram = 777;

test('somebody links Telegram, is told there while away, and answers', async (t) => {
  const telegram = await BotApi.start(t);
  const system = await System.start(t, telegram.settings());
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann', 'Ann Archer');
  const ben = await Person.registered(browser, system.address(), 'ben', 'Ben Okafor');
  let told;

  await t.test('the dialog gives the link, and closes when it was used', async () => {
    await ben.page.getByRole('button', { name: 'Telegram' }).click();
    const dialog = ben.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Link with Telegram' }).click();
    const link = await dialog.getByRole('link', { name: 'Open Telegram' }).getAttribute('href');
    const [, code] = /^https:\/\/t\.me\/fanfare_test_bot\?start=([A-Za-z0-9_-]{22,64})$/.exec(link);
    await telegram.does('start', { user: inTelegram, payload: code, name: 'Ben at sea' });
    await dialog.waitFor({ state: 'hidden' });
    await ben.page.getByRole('button', { name: /Telegram.*Ben at sea/ }).waitFor();
  });

  await t.test('who has closed the page is told of what is written', async () => {
    await ben.page.goto('about:blank');
    await telegram.does('forget');
    await ann.talkTo('ben', 'Ben Okafor');
    await ann.say('Lunch at twelve?');
    const sent = await eventually(
      async () => (await telegram.sent(inTelegram))[0],
      () => `Ben is told\n${system.log}`,
    );
    assert.match(sent.text, /1 new message.*Ann Archer/);
    assert.match(sent.text, /Lunch at twelve\?/);
    told = sent;
  });

  await t.test('what they answer there is on the page of the other', async () => {
    await telegram.does('text', { user: inTelegram, text: 'At one, please', reply_to: told.message_id });
    await ann.sees('At one, please');
    assert.deepEqual(await ann.texts(), ['Lunch at twelve?', 'At one, please']);
  });

  await t.test('who has blocked the bot reads so when they come back', async () => {
    await telegram.does('block', { user: inTelegram });
    await ben.page.goto(system.address());
    await ben.isLoggedIn();
    await ben.page.getByRole('alert').filter({ hasText: 'blocked' }).getByRole('button', { name: 'Link again' }).waitFor();
    assert.deepEqual(await telegram.does('violations'), []);
  });
});
