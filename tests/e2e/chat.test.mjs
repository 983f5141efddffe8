// What works at the end: people register, find each other, talk, and find everything again after a reload and a restart.
import assert from 'node:assert/strict';
import test from 'node:test';
import { becomes } from './eventually.mjs';
import { Person, openBrowser } from './people.mjs';
import { System } from './system.mjs';

const direct = [
  'Hello Ben! Have you seen the new broker?',
  'I have. One number per message, all the way from publisher to history.',
  'So nothing is lost, and nothing comes twice.',
  'And it keeps the order.\nAlso with two lines.',
  '<b>Markup</b> & "quotes" stay text.',
];
const room = [
  'Lunch at twelve? I found a place with noodles.',
  'Yes please! Is there something without meat?',
  'Half of the menu.\nThey make the noodles themselves.',
  'Then I am in. See you downstairs.',
  'Bring an umbrella.',
];

for (const host of ['localhost', '127.0.0.1']) {
  test(`two and three people chat on ${host}`, async (t) => {
    const system = await System.start(t);
    const browser = await openBrowser(t);
    const address = system.address(host);
    const [ann, ben, cem] = await Promise.all([
      Person.registered(browser, address, 'ann', 'Ann Archer'),
      Person.registered(browser, address, 'ben', 'Ben Okafor'),
      Person.registered(browser, address, 'cem', 'Cem Kaya'),
    ]);

    await t.test('one finds the other, and both see what they say at once and in order', async () => {
      await ann.talkTo('ben', 'Ben Okafor');
      await ben.open('Ann Archer');
      for (const [number, text] of direct.entries()) await (number % 2 === 0 ? ann : ben).say(text);
      await becomes(async () => (await ann.texts()).sort(), [...direct].sort());
      await becomes(() => ben.texts(), await ann.texts());
      await ann.page.reload();
      await ann.shows('Ben Okafor');
      await becomes(() => ann.texts(), await ben.texts());
    });

    await t.test('each sees the answer before answering again', async () => {
      for (let turn = 0; turn < 3; ++turn) {
        await ann.say(`question ${turn}`);
        await ben.sees(`question ${turn}`);
        await ben.say(`answer ${turn}`);
        await ann.sees(`answer ${turn}`);
      }
      assert.deepEqual((await ann.texts()).slice(-6), [
        'question 0', 'answer 0', 'question 1', 'answer 1', 'question 2', 'answer 2',
      ]);
      await becomes(() => ben.texts(), await ann.texts());
    });

    await t.test('a room with three people', async () => {
      await ann.makeRoom('Lunch', ['Ben Okafor', 'Cem Kaya']);
      await ben.open('Lunch');
      await cem.open('Lunch');
      for (const [number, text] of room.entries()) {
        await [ann, cem, ann, ben, ben][number].say(text);
        for (const person of [ann, ben, cem]) await person.sees(text);
      }
      for (const person of [ann, ben, cem]) {
        assert.deepEqual(await person.texts(), room);
        assert.equal(await person.page.locator('.message time').count(), room.length);
        assert.equal(await person.page.getByText('Today').count(), 1);
      }
      assert.equal(await ben.page.getByText('3 people').count(), 1);
      await cem.write('I will be');
      await ann.page.getByText('Cem Kaya is writing…').waitFor();
    });

    await t.test('what is said elsewhere is counted as new', async () => {
      await ben.open('Ann Archer');
      await ben.say('Only for you.');
      await cem.write('I will be late');
      await ann.page.getByRole('link', { name: /Ben Okafor.*1 new message/ }).waitFor();
      assert.match(await ann.page.title(), /^\(1\)/);
      await takeScreenshot(ann, host);
      await ann.open('Ben Okafor');
      await ann.sees('Only for you.');
      await ann.page.getByRole('link', { name: /new message/ }).waitFor({ state: 'detached' });
    });

    await t.test('a reload shows the history', async () => {
      const before = await ann.texts();
      for (const person of [ann, ben]) {
        await person.reload();
        await becomes(() => person.texts(), before);
      }
    });

    await t.test('after two restarts all is still there in its order', async () => {
      const said = await ann.texts();
      for (const time of ['first', 'second']) {
        await system.restart();
        await ann.reload();
        await becomes(() => ann.texts(), said);
        await ann.isConnected();
        await ann.say(`after the ${time} restart`);
        said.push(`after the ${time} restart`);
        await becomes(() => ann.texts(), said);
      }
      await ben.reload();
      await becomes(() => ben.texts(), said);
      await cem.reload();
      await becomes(() => cem.texts(), room);
    });

    for (const person of [ann, ben, cem]) assert.deepEqual(person.errors, []);
  });
}

// The picture in README.md: FANFARE_SCREENSHOT=docs/screenshot.png scripts/test e2e
async function takeScreenshot(person, host) {
  const file = process.env.FANFARE_SCREENSHOT;
  if (file !== undefined && host === 'localhost') await person.page.screenshot({ path: file });
}

test('older messages come while one scrolls up, and new ones are announced there', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann');
  const ben = await Person.registered(browser, system.address(), 'ben', 'ben', { viewport: { width: 360, height: 640 } });
  await ann.talkTo('ben', 'ben');
  const lines = Array.from({ length: 120 }, (_, number) => `line ${number + 1}`);
  for (const line of lines) await ann.say(line);
  await becomes(() => ann.texts(), lines);
  await ben.open('ann');
  await becomes(async () => (await ben.texts()).at(-1), 'line 120');
  const messages = ben.page.getByRole('region', { name: 'Messages' });
  await becomes(async () => {
    await messages.evaluate((element) => element.scrollTo(0, 0));
    return ben.texts();
  }, lines);
  await ann.say('Are you still there?');
  await ben.page.getByRole('button', { name: 'New messages' }).click();
  await ben.sees('Are you still there?');
  assert.equal(await messages.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 60), true);
});
