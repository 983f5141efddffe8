// Two people chat while one process after the other is killed without a warning: what the page showed as sent is there
// afterwards, once and in order.
import assert from 'node:assert/strict';
import test from 'node:test';
import { becomes } from './eventually.mjs';
import { Person, openBrowser } from './people.mjs';
import { System } from './system.mjs';

/** In a room of their own. */
async function meet([ann, ben], title) {
  await ann.makeRoom(title, ['ben']);
  await ben.open(title);
}

/** Both say something in turn, `count` times each, without waiting for an answer. */
async function talk(people, topic, count) {
  const said = [];
  for (let turn = 0; turn < count; ++turn) {
    for (const [number, person] of people.entries()) {
      const text = `${topic} ${turn} ${'ab'[number]}`;
      await person.say(text);
      said.push(text);
    }
  }
  return said;
}

async function allSee(people, said) {
  for (const person of people) await becomes(async () => (await person.texts()).sort(), [...said].sort());
  assert.deepEqual(await people[0].texts(), await people[1].texts());
}

test('no process that is killed takes an acknowledged message with it', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  const people = [
    await Person.registered(browser, system.address(), 'ann'),
    await Person.registered(browser, system.address(), 'ben'),
  ];

  for (const name of ['broker', 'persistence-1', 'websocket', 'http', 'accounts']) {
    await t.test(`fanfare-${name}`, async () => {
      await meet(people, name);
      const said = await talk(people, 'before', 3);
      const pid = await system.kill(name);
      said.push(...(await talk(people, 'without', 3)));
      await system.comesBack(name, pid);
      said.push(...(await talk(people, 'after', 3)));
      await allSee(people, said);
      const inOrder = await people[0].texts();
      for (const person of people) {
        await person.reload();
        await becomes(() => person.texts(), inOrder);
      }
    });
  }

  for (const person of people) assert.deepEqual(person.errors, []);
});

test('a page opened while the history lags behind ends with every message once', async (t) => {
  const system = await System.start(t, { FANFARE_WORKERS_PERSISTENCE_REPLICAS: '1' }); // nobody else goes on meanwhile
  const browser = await openBrowser(t);
  const people = [
    await Person.registered(browser, system.address(), 'ann'),
    await Person.registered(browser, system.address(), 'ben'),
  ];
  await meet(people, 'seam');
  const said = await talk(people, 'before', 3);
  await allSee(people, said);

  const { pid } = await system.find('persistence');
  process.kill(pid, 'SIGSTOP');
  let reloading;
  try {
    said.push(...(await talk(people, 'behind', 3)));
    reloading = people[1].reload();
    said.push(...(await talk([people[0]], 'while it opens', 3)));
    await new Promise((resolve) => setTimeout(resolve, 10_000)); // so long the history stands still, as the test is about
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await reloading;
  said.push(...(await talk(people, 'after', 3)));
  await allSee(people, said);
  const inOrder = await people[0].texts();
  for (const person of people) {
    await person.reload();
    await becomes(() => person.texts(), inOrder);
  }
  for (const person of people) assert.deepEqual(person.errors, []);
});
