// axe-core finds nothing on any view, in light and dark, wide and narrow; and the page can be used without a mouse.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import test from 'node:test';
import { Person, openBrowser } from './people.mjs';
import { System } from './system.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function isClean(person, view, part = 'html') {
  await person.page.evaluate(axe);
  const { violations } = await person.page.evaluate((part) => globalThis.axe.run(part), part);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  assert.deepEqual(found, [], view);
}

/** The answers of a server with a bot; what `status` holds can be changed. */
async function withTelegram(page, status) {
  const offer = { url: 'https://t.me/fanfare_bot?start=0123456789abcdefghijkl', expires_at: new Date(Date.now() + 600_000).toISOString() };
  await page.route('**/config.json', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), telegram: true } });
  });
  await page.route('**/api/v1/telegram/link', (route) => {
    const isQuestion = route.request().method() === 'GET';
    return route.fulfill({ json: isQuestion ? { bot: 'fanfare_bot', link: null, ended: null, ...status } : offer });
  });
}

/** What a page shows of unread messages and of Telegram; `zoe` writes. */
async function unreadAndTelegram(person, zoe, name, address) {
  const { page } = person;
  const dialog = page.getByRole('dialog', { name: 'Telegram' });
  const close = () => dialog.getByRole('button', { name: 'Close' }).click();
  const openDialog = () => page.getByRole('button', { name: /^Telegram/ }).click();
  await page.goto(address);
  await zoe.talkTo(name, name);
  await zoe.say('Are you there?');
  await page.getByRole('link', { name: /Zoe.*1 new message/ }).waitFor();
  await isClean(person, 'an unread message');
  await openDialog();
  await dialog.getByText('is not set up on this server').waitFor();
  await isClean(person, 'Telegram is not set up');
  await close();
  await person.open('Zoe');
  await page.getByText('Unread from here').waitFor();
  await isClean(person, 'the line before unread messages');

  const status = { ended: { reason: 'blocked', at: '2026-01-02T03:04:05Z' } };
  await withTelegram(page, status);
  await page.goto('about:blank');
  await page.goto(address);
  await page.getByText('you blocked the bot').waitFor();
  await isClean(person, 'blocked');
  await page.getByRole('button', { name: 'Link again' }).click();
  await dialog.getByRole('button', { name: 'Link with Telegram' }).click();
  await dialog.getByRole('img', { name: 'QR code of the link' }).waitFor();
  await isClean(person, 'a link is offered');
  await close();
  await openDialog();
  await dialog.getByRole('button', { name: 'Link with Telegram' }).waitFor();
  await isClean(person, 'not linked');
  await close();
  status.link = { name: 'Somebody', since: '2026-01-02T03:04:05Z' };
  await openDialog();
  await dialog.getByText(/^Linked as/).waitFor();
  await isClean(person, 'linked');
  assert.deepEqual(person.errors, []);
}

const settings = [
  { name: 'light', options: {} },
  { name: 'dark', options: { colorScheme: 'dark' } },
  { name: 'a phone', options: { viewport: { width: 360, height: 640 } } },
];

test('axe-core finds nothing', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  const zoe = await Person.registered(browser, system.address(), 'zoe', 'Zoe');
  for (const [number, { name, options }] of settings.entries()) {
    await t.test(name, async () => {
      const person = await Person.arrive(browser, system.address(), options);
      await person.page.getByRole('heading', { name: 'Log in' }).waitFor();
      await isClean(person, 'log in');
      await person.fillRegistration(`person${number}`, `Somebody ${number}`, '1');
      await person.page.locator('#field-password-problem').waitFor();
      await isClean(person, 'register, with a problem');
      await person.register(`person${number}`, `Somebody ${number}`);
      await isClean(person, 'nothing yet');
      await person.page.getByRole('button', { name: 'New room' }).click();
      await isClean(person, 'new room', 'dialog');
      await person.page.keyboard.press('Escape');
      await person.talkTo('zoe', 'Zoe');
      await person.say('Hello');
      await person.sees('Hello');
      await person.page.getByText('@zoe · online').waitFor();
      await isClean(person, 'a conversation');
      const back = person.page.getByRole('button', { name: 'Back to the conversations' });
      if (await back.isVisible()) await back.click();
      await person.finds('hel', 1);
      await isClean(person, 'messages found');
      await person.found().getByRole('link').click();
      await person.page.locator('.aimed').waitFor();
      await isClean(person, 'a message that was found');
      await person.page.getByRole('button', { name: 'Mute' }).click();
      await person.page.getByRole('group', { name: 'Mute this conversation' }).waitFor();
      await isClean(person, 'muting');
      await person.page.getByRole('button', { name: 'Until I turn it on' }).click();
      await person.page.getByRole('button', { name: 'Unmute' }).waitFor();
      await isClean(person, 'a muted conversation');
      await unreadAndTelegram(person, zoe, `Somebody ${number}`, system.address());
      assert.equal(await person.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'fits the width');
    });
  }
});

test('the keyboard is enough', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  await Person.registered(browser, system.address(), 'zoe', 'Zoe');
  const ann = await Person.registered(browser, system.address(), 'ann');
  const { page } = ann;
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.getByLabel('Find people').focus();
  await page.keyboard.type('zo');
  await page.getByRole('button', { name: 'Zoe' }).waitFor();
  await press('Tab', 'Enter');
  await ann.shows('Zoe');
  await page.getByLabel('Message', { exact: true }).and(page.locator(':focus')).waitFor();
  await page.keyboard.type('one');
  await press('Shift+Enter');
  await page.keyboard.type('two');
  await press('Enter');
  await ann.sees('one\ntwo');
  assert.deepEqual(await ann.texts(), ['one\ntwo']);

  await page.getByRole('button', { name: 'Mute' }).focus();
  await press('Enter');
  await page.getByRole('button', { name: 'For 1 hour' }).and(page.locator(':focus')).waitFor();
  await press('Escape');
  await page.getByRole('button', { name: 'Mute' }).and(page.locator(':focus')).waitFor();
  await press('Enter', 'ArrowDown', 'ArrowDown', 'Enter');
  await page.getByText('Muted', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Unmute' }).and(page.locator(':focus')).waitFor();
  await press('Enter');
  await page.getByRole('button', { name: 'Mute', exact: true }).waitFor();

  await page.getByRole('button', { name: /^Telegram/ }).focus();
  await press('Enter');
  await page.getByRole('dialog', { name: 'Telegram' }).waitFor();
  await press('Escape');
  await page.getByRole('button', { name: /^Telegram/ }).and(page.locator(':focus')).waitFor();
});
