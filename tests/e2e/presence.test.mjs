// Who is online: a dot at the people one shares a conversation with, however many tabs they have.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { becomes, slowness } from './eventually.mjs';
import { Person, openBrowser } from './people.mjs';
import { System } from './system.mjs';

const grace = 1_000 * slowness;

const start = (t) => System.start(t, { FANFARE_LIMITS_PRESENCE_GRACE: `${grace}ms` });

/** What the list of conversations says of somebody. */
async function inTheList(person, name) {
  return (await person.page.getByRole('link', { name }).getByText('(online)').count()) === 1;
}

const sees = (person, name, isOnline) => becomes(() => inTheList(person, name), isOnline);

test('two people see each other come and go', async (t) => {
  const system = await start(t);
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann', 'Ann');
  const ben = await Person.registered(browser, system.address(), 'ben', 'Ben');
  await ann.talkTo('ben', 'Ben');
  await ben.open('Ann');
  await sees(ann, 'Ben', true);
  await sees(ben, 'Ann', true);
  await ann.page.getByText('@ben · online').waitFor();

  await t.test('a reload is no departure, and two tabs are one person', async () => {
    const seen = [];
    await ann.page.exposeFunction('dotsAre', (count) => seen.push(count));
    await ann.page.evaluate(() => {
      new MutationObserver(() => globalThis.dotsAre(document.querySelectorAll('.sidebar .dot').length)).observe(
        document.querySelector('.sidebar'), { subtree: true, childList: true });
    });
    await ben.reload();
    await ben.isConnected();
    const tab = new Person(await ben.page.context().newPage());
    await tab.page.goto(system.address());
    await tab.isLoggedIn();
    await tab.isConnected();
    await ben.page.close();
    await pause(2 * grace);  // the time that passes is what is tested
    assert.equal(await inTheList(ann, 'Ben'), true);
    assert.equal(seen.includes(0), false);
    await tab.page.close();
    await sees(ann, 'Ben', false);
    assert.equal(await ann.page.getByText('@ben · online').count(), 0);
  });

  for (const person of [ann, ben]) assert.deepEqual(person.errors, []);
});

test('in a room the members who are online have a dot, and others are nobody’s business', async (t) => {
  const system = await start(t);
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann', 'Ann');
  const ben = await Person.registered(browser, system.address(), 'ben', 'Ben');
  const eve = await Person.registered(browser, system.address(), 'eve', 'Eve');
  await ann.makeRoom('Garden', ['Ben', 'Eve']);
  const online = () => ann.page.locator('.member').filter({ hasText: '(online)' }).allTextContents();
  await becomes(async () => (await online()).sort(), ['Ben (online)', 'Eve (online)']);
  await eve.page.close();
  await becomes(online, ['Ben (online)']);
  await ann.talkTo('eve', 'Eve');
  await sees(ann, 'Eve', false);
  for (const person of [ann, ben]) assert.deepEqual(person.errors, []);
});

test('a killed front-end comes back with its people, and a page without a connection shows nobody', async (t) => {
  const system = await System.start(t, { FANFARE_LIMITS_LEASE: `${6 * slowness}s` });
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann', 'Ann');
  const ben = await Person.registered(browser, system.address(), 'ben', 'Ben');
  await ann.talkTo('ben', 'Ben');
  await sees(ann, 'Ben', true);
  const pid = await system.kill('websocket');
  await sees(ann, 'Ben', false);
  await system.comesBack('websocket', pid);
  await sees(ann, 'Ben', true);
  for (const person of [ann, ben]) assert.deepEqual(person.errors, []);
});
