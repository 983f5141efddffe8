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

  // The stream is in memory: what is said meanwhile is seen at once, but need not be in the history.
  // It comes first, so that the others show that it still sees what accounts writes to their database.
  await t.test('fanfare-persistence, but for what was said meanwhile', async () => {
    await meet(people, 'persistence');
    const said = await talk(people, 'before', 3);
    await allSee(people, said);
    for (const person of people) await person.reload();
    await allSee(people, said);
    const pid = await system.kill('persistence');
    const meanwhile = await talk(people, 'without', 3);
    await allSee(people, [...said, ...meanwhile]);
    await system.comesBack('persistence', pid);
    said.push(...(await talk(people, 'after', 3)));
    await allSee(people, [...said, ...meanwhile]);
    const inOrder = (await people[0].texts()).filter((text) => said.includes(text));
    for (const person of people) {
      await person.reload();
      await becomes(async () => (await person.texts()).filter((text) => said.includes(text)), inOrder);
    }
  });

  for (const name of ['websocket', 'http', 'accounts']) {
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
