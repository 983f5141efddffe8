// What is unread: counted in the list and the title, read by being seen, on every page of a person, and quiet when muted.
import assert from 'node:assert/strict';
import test from 'node:test';
import { becomes } from './eventually.mjs';
import { Person, openBrowser } from './people.mjs';
import { System } from './system.mjs';

/** What the list says of a conversation; '' when nothing of it is unread. */
async function count(person, name) {
  return (await person.page.getByRole('link', { name }).locator('.unread').allTextContents()).join();
}

const counts = (person, name, expected) => becomes(() => count(person, name), expected);
const isTitled = (person, expected) => becomes(() => person.page.title(), expected);

/** Looks the way it does once the server has said what is unread. */
async function reloaded(person) {
  const counted = person.page.waitForResponse(/\/api\/v1\/unread/);
  await person.reload();
  await counted;
}

async function anotherTab(person, address) {
  const tab = new Person(await person.page.context().newPage());
  await tab.page.goto(address);
  await tab.isLoggedIn();
  await tab.isConnected();
  return tab;
}

/** As when another tab of the window is chosen, or this one again. */
function hide(person, hidden) {
  return person.page.evaluate((hidden) => {
    if (hidden) Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    else delete document.hidden;
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

/** The message below the line, or nothing. */
async function unreadFrom(person) {
  return (await person.page.locator('.unread-from + .message .text').allTextContents()).join();
}

test('what is unread', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann', 'Ann');
  const ben = await Person.registered(browser, system.address(), 'ben', 'Ben');
  const tab = await anotherTab(ann, system.address());
  const pages = [ann, tab];

  await t.test('is counted on every page of a person, also after a reload', async () => {
    await ben.talkTo('ann', 'Ann');
    for (const text of ['one', 'two', 'three']) await ben.say(text);
    for (const page of pages) await counts(page, 'Ben', '3 new messages');
    await isTitled(ann, '(3) Fanfare');
    await reloaded(ann);
    await counts(ann, 'Ben', '3 new messages');
    await isTitled(ann, '(3) Fanfare');
  });

  await t.test('is read by being opened, in the other tab as well, and stays read', async () => {
    await ann.open('Ben');
    await ann.sees('three');
    assert.equal(await unreadFrom(ann), 'one');
    for (const page of pages) await counts(page, 'Ben', '');
    await isTitled(tab, 'Fanfare');
    await becomes(async () => {
      await reloaded(tab);
      return count(tab, 'Ben');
    }, '');
  });

  await t.test('is not what arrives while one looks', async () => {
    await ben.say('four');
    await ann.sees('four');
    await counts(tab, 'Ben', '');
    assert.equal(await unreadFrom(ann), 'one');
  });

  await t.test('is what arrives while nobody looks, until somebody does', async () => {
    await hide(ann, true);
    await ben.say('five');
    await ben.say('six');
    await isTitled(ann, '(2) Fanfare');
    await becomes(() => unreadFrom(ann), 'five');
    await hide(ann, false);
    await isTitled(ann, 'Fanfare');
    await counts(tab, 'Ben', '');
    assert.equal(await unreadFrom(ann), 'five');
  });

  await t.test('is not told of when it is muted', async () => {
    await ann.page.getByRole('button', { name: 'Mute' }).press('Enter');
    await ann.page.getByRole('button', { name: 'For 1 hour' }).press('Enter');
    await ann.page.getByText(/^Muted until/).waitFor();
    await tab.page.getByRole('link', { name: 'Ben' }).getByText('(muted)').waitFor();
    await hide(ann, true);
    await ben.say('seven');
    for (const page of pages) await counts(page, 'Ben', '1 new message');
    await isTitled(ann, 'Fanfare');
    await reloaded(tab);
    await counts(tab, 'Ben', '1 new message');
    await tab.page.getByRole('link', { name: 'Ben' }).getByText('(muted)').waitFor();
    await isTitled(tab, 'Fanfare');
    await ann.page.getByRole('button', { name: 'Unmute' }).press('Enter');
    for (const page of pages) await isTitled(page, '(1) Fanfare');
    await hide(ann, false);
    for (const page of pages) await isTitled(page, 'Fanfare');
  });

  await t.test('is read on another device, which is seen on coming back', async () => {
    const phone = await Person.arrive(browser, system.address());
    await phone.logIn('ann');
    await phone.isLoggedIn();
    await phone.isConnected();
    await ann.page.goto(system.address());  // what was seen just before is told all the same
    await ann.isConnected();
    await ben.say('eight');
    for (const page of [ann, phone]) await counts(page, 'Ben', '1 new message');
    const told = phone.page.waitForResponse(/\/read$/);
    await phone.open('Ben');
    await counts(phone, 'Ben', '');
    await told;
    await hide(ann, true);
    await hide(ann, false);
    await counts(ann, 'Ben', '');
    assert.deepEqual(phone.errors, []);
  });

  for (const person of [...pages, ben]) assert.deepEqual(person.errors, []);
});
