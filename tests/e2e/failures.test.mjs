// Two people chat while one process after the other is killed without a warning: what the page showed as sent is there
// afterwards, once and in order.
import assert from 'node:assert/strict';
import test from 'node:test';
import { becomes } from './eventually.mjs';
import { Person, openBrowser } from './people.mjs';
import { System } from './system.mjs';

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
  await people[0].talkTo('ben', 'ben');
  await people[1].open('ann');
  const said = [];

  for (const name of ['websocket', 'http', 'accounts']) {
    await t.test(`fanfare-${name}`, async () => {
      said.push(...(await talk(people, `before ${name}`, 3)));
      const pid = await system.kill(name);
      said.push(...(await talk(people, `without ${name}`, 3)));
      await system.comesBack(name, pid);
      said.push(...(await talk(people, `after ${name}`, 3)));
      await allSee(people, said);
      const inOrder = await people[0].texts();
      for (const person of people) {
        await person.reload();
        await becomes(() => person.texts(), inOrder);
      }
    });
  }

  await t.test('fanfare-persistence', async () => {
    said.push(...(await talk(people, 'before persistence', 3)));
    await allSee(people, said);
    for (const person of people) {
      await person.reload();
      await allSee(people, said);
    }
    const pid = await system.kill('persistence');
    // The stream is in memory: what is said now is seen, but need not be in the history.
    const lost = await talk(people, 'without persistence', 2);
    await allSee(people, [...said, ...lost]);
    await system.comesBack('persistence', pid);
    said.push(...(await talk(people, 'after persistence', 3)));
    await allSee(people, [...said, ...lost]);
    for (const person of people) {
      await person.reload();
      await becomes(async () => (await person.texts()).filter((text) => !lost.includes(text)).sort(), [...said].sort());
    }
  });

  for (const person of people) assert.deepEqual(person.errors, []);
});
