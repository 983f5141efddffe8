// People with a browser each: what they do on the page and what they see there.
import { chromium } from 'playwright-core';
import { eventually, patience } from './eventually.mjs';

export const password = 'correct horse battery';

/** A browser that is closed after the test. */
export async function openBrowser(t) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid() === 0 ? ['--no-sandbox'] : [],
  });
  t.after(() => browser.close());
  return browser;
}

export class Person {
  /** Somebody at the log-in page, who shares nothing with the others. */
  static async arrive(browser, address, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1100, height: 700 }, locale: 'en-GB', ...options });
    context.setDefaultTimeout(patience);
    const person = new Person(await context.newPage());
    await person.page.goto(address);
    return person;
  }

  static async registered(browser, address, username, name = username, options = {}) {
    const person = await Person.arrive(browser, address, options);
    await person.register(username, name);
    return person;
  }

  constructor(page) {
    this.page = page;
    this.errors = []; // what the page threw, and what its Content-Security-Policy stopped
    page.on('pageerror', (error) => this.errors.push(error));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.errors.push(message.text());
    });
  }

  async register(username, name) {
    await this.fillRegistration(username, name, password);
    await this.isLoggedIn();
  }

  async fillRegistration(username, name, secret) {
    const heading = this.page.getByRole('heading', { level: 1, name: /^(Log in|Register)$/ });
    if ((await heading.textContent()) === 'Log in') await this.page.getByRole('button', { name: 'Register' }).click();
    await this.page.getByLabel('User name').fill(username);
    await this.page.getByLabel('Name shown to others').fill(name);
    await this.page.getByLabel('Password').fill(secret);
    await this.page.locator('form').getByRole('button', { name: 'Register' }).click();
  }

  async logIn(username, secret = password) {
    await this.page.getByRole('heading', { name: 'Log in' }).waitFor();
    await this.page.getByLabel('User name').fill(username);
    await this.page.getByLabel('Password').fill(secret);
    await this.page.locator('form').getByRole('button', { name: 'Log in' }).click();
  }

  async isLoggedIn() {
    await this.page.getByRole('button', { name: 'Log out' }).waitFor();
  }

  async isConnected() {
    await eventually(async () => (await this.page.locator('.connection.connected').count()) === 1, () => 'connected');
  }

  async logOut() {
    await this.page.getByRole('button', { name: 'Log out' }).click();
    await this.page.getByRole('heading', { name: 'Log in' }).waitFor();
  }

  /** Finds somebody by the beginning of a name and opens the direct conversation with them. */
  async talkTo(query, name) {
    await this.page.getByLabel('Find people').fill(query);
    await this.page.getByRole('list', { name: 'People found' }).getByRole('button', { name }).click();
    await this.shows(name);
  }

  async makeRoom(title, people) {
    await this.page.getByRole('button', { name: 'New room' }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('Title').fill(title);
    for (const name of people) {
      await dialog.getByLabel('Add people').fill(name);
      await dialog.getByRole('list', { name: 'People found' }).getByRole('button', { name }).click();
    }
    await dialog.getByRole('button', { name: 'Create room' }).click();
    await this.shows(title);
  }

  async open(title) {
    await this.page.getByRole('link', { name: title }).click();
    await this.shows(title);
  }

  async shows(title) {
    await this.page.getByRole('heading', { level: 2, name: title }).waitFor();
  }

  async write(text) {
    await this.page.getByLabel('Message', { exact: true }).fill(text);
  }

  async say(text) {
    await this.write(text);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until a message stands on the page and, being one's own, is acknowledged. */
  async sees(text) {
    await this.sent().filter({ hasText: text }).first().waitFor();
  }

  /** The texts on the page that the server has, top to bottom. */
  texts() {
    return this.sent().locator('.text').allTextContents();
  }

  /** Looks for messages until so many are found: they are a moment after they were sent. */
  async finds(query, count) {
    const field = this.page.getByLabel('Search messages');
    await eventually(
      async () => {
        await field.fill('');
        await field.fill(query);
        await this.page.locator('.found, [role=status].hint:text("No messages found.")').first().waitFor();
        return (await this.found().count()) === count;
      },
      () => `${count} messages are found`,
    );
  }

  found() {
    return this.page.getByRole('list', { name: 'Messages found' }).getByRole('listitem');
  }

  messages() {
    return this.page.getByRole('region', { name: 'Messages', exact: true });
  }

  sent() {
    return this.page.locator('li.message:not(.pending):not(.failed)');
  }

  async reload() {
    await this.page.reload();
    await this.isLoggedIn();
  }
}
