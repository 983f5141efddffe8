// Messages are found while one types, and shown where they were said: with the keyboard, with a finger, and whatever is
// said meanwhile.
import assert from 'node:assert/strict';
import test from 'node:test';
import { becomes, eventually } from './eventually.mjs';
import { Person, openBrowser } from './people.mjs';
import { System } from './system.mjs';

const wanted = 'The harbour café opens at nine.';
const walk = 'A walk at the <b>Harbour</b>?';
const lines = Array.from({ length: 130 }, (_, number) => (number === 9 ? wanted : `line ${number + 1}`));

/** Whether all of it is in sight. */
async function isInSight(person, text) {
  const inner = await person.sent().filter({ hasText: text }).boundingBox();
  const outer = await person.messages().boundingBox();
  return inner !== null && inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
}

function fromEnd(person) {
  return person.messages().evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
}

// Pictures to look at: FANFARE_SCREENSHOTS=FOLDER scripts/test e2e
async function takeScreenshot(person, name) {
  const folder = process.env.FANFARE_SCREENSHOTS;
  if (folder !== undefined) await person.page.screenshot({ path: `${folder}/${name}.png` });
}

test('messages are found, and shown where they were said', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  const [ann, ben, cem] = [
    await Person.registered(browser, system.address(), 'ann', 'Ann Archer'),
    await Person.registered(browser, system.address(), 'ben', 'Ben Okafor', { viewport: { width: 360, height: 640 }, hasTouch: true }),
    await Person.registered(browser, system.address(), 'cem', 'Cem Kaya'),
  ];
  await ann.talkTo('ben', 'Ben Okafor');
  for (const line of lines) await ann.say(line);
  await becomes(() => ann.texts(), lines);
  await ann.makeRoom('Lunch', ['Ben Okafor']);
  await ann.say(walk);
  await ann.reload();

  await t.test('in all conversations, with what was looked for marked', async () => {
    await ann.finds('harb', 2);
    assert.deepEqual((await ann.found().locator('mark').allTextContents()).sort(), ['Harbour', 'harbour']);
    assert.deepEqual((await ann.found().locator('.excerpt').allTextContents()).sort(), [walk, wanted]);
    await ann.page.getByRole('link', { name: /You\s*in Lunch · Today/ }).waitFor();
    await ann.page.getByRole('link', { name: /You\s*with Ben Okafor · Today/ }).waitFor();
    await ann.page.getByLabel('Only in Lunch').check();
    await becomes(() => ann.found().count(), 1);
  });

  await t.test('nothing is found by others, and that is said', async () => {
    await cem.page.getByLabel('Search messages').fill('harbour');
    await cem.page.getByText('No messages found.').waitFor();
  });

  await t.test('what goes wrong is said, and tried again on demand', async () => {
    await cem.page.route('**/api/v1/search?*', (route) => route.abort());
    await cem.page.getByLabel('Search messages').fill('line');
    await cem.page.getByRole('alert').getByText('The server does not answer').waitFor();
    await cem.page.unroute('**/api/v1/search?*');
    await cem.page.getByRole('button', { name: 'Try again' }).click();
    await cem.page.getByText('No messages found.').waitFor();
  });

  await t.test('Escape clears, arrows and Enter choose', async () => {
    const field = ann.page.getByLabel('Search messages');
    await field.press('Escape');
    await ann.page.getByRole('heading', { name: 'Conversations' }).waitFor();
    assert.equal(await field.inputValue(), '');
    await ann.finds('harb', 2);
    const hasFocus = (place) => place.evaluate((element) => element === document.activeElement);
    for (const [key, row] of [['ArrowDown', 0], ['ArrowDown', 1], ['ArrowUp', 0]]) {
      await ann.page.keyboard.press(key);
      assert.equal(await hasFocus(ann.found().nth(row).getByRole('link')), true, `${key} leads to result ${row}`);
    }
    await ann.page.keyboard.press('ArrowUp');
    assert.equal(await hasFocus(field), true);
    await ann.finds('harbour caf', 1);
    for (const key of ['ArrowDown', 'Enter']) await ann.page.keyboard.press(key);
    await ann.shows('Ben Okafor');
    await eventually(() => isInSight(ann, wanted), () => 'the message is in sight');
    await ann.page.locator('li.message.aimed:focus', { hasText: wanted }).waitFor();
    await takeScreenshot(ann, 'search');
  });

  await t.test('what is said meanwhile does not follow the old messages', async () => {
    await ben.open('Ann Archer');
    await ben.say('Are you still there?');
    await ann.page.getByRole('button', { name: 'New messages' }).waitFor();
    const texts = await ann.texts();
    assert.deepEqual(texts, lines.slice(0, texts.length));
    assert.equal(await isInSight(ann, wanted), true);
    await ann.page.getByRole('button', { name: 'New messages' }).click();
    await ann.sees('Are you still there?');
    await eventually(async () => (await fromEnd(ann)) < 60, () => 'the list is at its end');
    assert.equal(await ann.page.locator('.aimed').count(), 0);
  });

  await t.test('older and newer messages come while one scrolls, up to the newest', async () => {
    await ann.found().getByRole('link').click();
    await eventually(() => isInSight(ann, wanted), () => 'the message is in sight');
    const all = [...lines, 'Are you still there?'];
    await becomes(async () => {
      await ann.messages().evaluate((element) => element.scrollTo(0, element.scrollHeight));
      return ann.texts();
    }, all);
    await ben.say('Answer me!');
    await becomes(() => ann.texts(), [...all, 'Answer me!']);
  });

  await t.test('a reload and going back show it again', async () => {
    await ann.found().getByRole('link').click();
    await ann.reload();
    await ann.page.locator('li.message.aimed', { hasText: wanted }).waitFor();
    await eventually(() => isInSight(ann, wanted), () => 'the message is in sight');
    await ann.page.getByRole('button', { name: 'Back to the newest' }).click();
    await ann.sees('Answer me!');
    await ann.page.goBack();
    await ann.page.locator('li.message.aimed', { hasText: wanted }).waitFor();
    await ann.say('Found it.');
    await ann.sees('Found it.');
    await becomes(async () => (await ann.texts()).at(-1), 'Found it.');
  });

  await t.test('on a phone, too', async () => {
    await ben.page.getByRole('button', { name: 'Back to the conversations' }).tap();
    await ben.finds('café', 1);
    await takeScreenshot(ben, 'search_phone');
    await ben.found().getByRole('link').tap();
    await ben.shows('Ann Archer');
    await eventually(() => isInSight(ben, wanted), () => 'the message is in sight');
    await takeScreenshot(ben, 'found_phone');
    assert.equal(await ben.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'fits the width');
  });

  for (const person of [ann, ben, cem]) assert.deepEqual(person.errors, []);
});
