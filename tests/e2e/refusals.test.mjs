// What the page says when something is wrong, and where it says so.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Person, openBrowser, password } from './people.mjs';
import { System } from './system.mjs';

test('logging in and registering', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'paypal');
  await ann.logOut();
  const { page } = ann;
  const general = page.getByRole('alert');

  await t.test('a wrong password and an unknown name are told in the same words', async () => {
    await ann.logIn('paypal', 'not the password');
    await general.filter({ hasText: /./ }).waitFor();
    const said = await general.textContent();
    const answered = page.waitForResponse((response) => response.url().endsWith('/sessions'));
    await ann.logIn('nobody', password);
    await answered;
    await page.locator('form').getByRole('button', { name: 'Log in' }).waitFor();
    assert.equal(await general.textContent(), said);
    assert.equal(await page.locator('[aria-invalid]').count(), 0);
  });

  await t.test('an empty field is named at once', async () => {
    await ann.logIn('paypal', '');
    await page.locator('#field-password-problem').waitFor();
    assert.equal(await page.getByLabel('Password').evaluate((input) => input === document.activeElement), true);
  });

  const someone = await Person.arrive(browser, system.address());
  const atField = async (name) => {
    const problem = someone.page.locator(`#field-${name}-problem`);
    await problem.waitFor();
    // The page puts the focus there; what is typed into another field before that would end up in this one.
    await someone.page.locator(`#field-${name}:focus`).waitFor();
    return problem.textContent();
  };

  await t.test('a taken name, and one that looks like it, are told at the field', async () => {
    await someone.fillRegistration('paypal', 'P', password);
    assert.notEqual(await atField('username'), '');
    await someone.fillRegistration('something_else', 'P', '');
    await atField('password');
    await someone.fillRegistration('pаypаl', 'P', password); // with Cyrillic а
    assert.notEqual(await atField('username'), '');
  });

  await t.test('a short password is told at the field', async () => {
    await someone.fillRegistration('peter', 'P', 'short');
    assert.notEqual(await atField('password'), '');
  });

  await t.test('the same form works when it is put right', async () => {
    await someone.register('peter', 'Peter');
    assert.deepEqual(someone.errors, []);
  });
});

test('where the WebSocket cannot be reached the page names its address, and shows the history', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann');
  await Person.registered(browser, system.address(), 'ben');
  await ann.talkTo('ben', 'ben');
  await ann.say('before');
  await ann.sees('before');

  system.environment.FANFARE_FRONTENDS_WEBSOCKET_ENABLED = 'false';
  await system.restart();
  await ann.reload();
  await ann.page.getByText('No live connection.').waitFor();
  const note = await ann.page.locator('.connection').textContent();
  assert.ok(note.includes(`ws://localhost:${system.websocket}/connection/websocket`), note);
  await ann.sees('before');
  await ann.say('meanwhile');
  await ann.page.getByText('Sending…').waitFor();

  system.environment.FANFARE_FRONTENDS_WEBSOCKET_ENABLED = 'true';
  const page = ann.page;
  await system.restart();
  await ann.isConnected();
  // It was tried all the time, or waits for its writer's word.
  const again = page.getByRole('button', { name: 'Try again' });
  await ann.sent().filter({ hasText: 'meanwhile' }).or(again).first().waitFor();
  if (await again.isVisible()) await again.click();
  await ann.sees('meanwhile');
  assert.deepEqual(await ann.texts(), ['before', 'meanwhile']);
});

test('somebody else’s conversation is not there', async (t) => {
  const system = await System.start(t);
  const browser = await openBrowser(t);
  const ann = await Person.registered(browser, system.address(), 'ann');
  await Person.registered(browser, system.address(), 'ben');
  const eve = await Person.registered(browser, system.address(), 'eve');
  await ann.talkTo('ben', 'ben');
  await ann.say('a secret');
  await ann.sees('a secret');
  await eve.page.goto(ann.page.url());
  await eve.page.locator('.conversation').getByRole('alert').first().waitFor();
  assert.deepEqual(await eve.texts(), []);
});
