// Being logged in: across reloads, tabs and expired tokens, and not any more after logging out.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { becomes } from './eventually.mjs';
import { Person, openBrowser } from './people.mjs';
import { System } from './system.mjs';

test('somebody stays logged in and connected while access tokens expire', async (t) => {
  const system = await System.start(t, { FANFARE_WORKERS_ACCOUNTS_ACCESS_TOKEN_TTL: '2s' });
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann');
  const ben = await Person.registered(browser, system.address(), 'ben');
  await ann.talkTo('ben', 'ben');
  await ben.open('ann');
  for (let turn = 0; turn < 5; ++turn) {
    await ann.say(`turn ${turn}`);
    await ben.sees(`turn ${turn}`);
    await pause(1_000);  // the time that passes is what is tested
  }
  await ben.reload();
  await becomes(() => ben.texts(), await ann.texts());
});

test('tabs of one browser share a session and do not end it for each other', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann');
  const tabs = [ann];
  for (let number = 0; number < 3; ++number) {
    const tab = new Person(await ann.page.context().newPage());
    await tab.page.goto(system.address());
    await tab.isLoggedIn();
    tabs.push(tab);
  }
  for (let time = 0; time < 3; ++time) await Promise.all(tabs.map((tab) => tab.reload()));
  await ann.logOut();
  for (const tab of tabs) await tab.page.getByRole('heading', { name: 'Log in' }).waitFor();
  await ann.page.reload();
  await ann.page.getByRole('heading', { name: 'Log in' }).waitFor();
});

test('the page keeps no token where a script or the disk could find it', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann');
  const found = await ann.page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
  assert.deepEqual(found, ['', 0, 0]);
  const cookies = await ann.page.context().cookies(`${system.address()}api/v1/sessions/refresh`);
  assert.equal(cookies.length, 1);
  assert.deepEqual([cookies[0].httpOnly, cookies[0].sameSite, cookies[0].path], [true, 'Strict', '/api/v1/sessions']);
});
