// Many chat pages of one room without a screen, for the fault tests: node room.mjs URL CONVERSATION TOKENS PAUSE
// TOKENS is a file with an access token a line; each gets a page. A page sends a message every PAUSE milliseconds (0: none),
// each until it is acknowledged, and hears those of all. One JSON object a line on standard output:
//   {"ready": pages}      all of them have subscribed
//   {"acknowledged": n}   from time to time: messages, of all pages
//   {"join": person}      {"leave": person}     as the first page was told
//   {"done": acknowledged, "missing": n, "twice": n, "unrecovered": n}   after `quiet` on standard input
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

const [url, conversation, file, between] = process.argv.slice(2);
const tokens = readFileSync(file, 'utf8').trim().split('\n');
const say = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let quiet = false;
let ready = 0;
let twice = 0;
let unrecovered = 0;
const acknowledged = new Set();

class Page {
  constructor(token, number) {
    this.number = number;
    this.seen = new Set();
    this.last = '';
    this.client = new Centrifuge(url, {
      websocket: WebSocket, token, minReconnectDelay: 20, maxReconnectDelay: 500, timeout: 5000,
    });
    this.client.connect();
  }

  async call(method, data) {
    for (;;) {
      try {
        await this.client.ready(10_000);
        return (await this.client.rpc(method, data)).data;
      } catch {
        await pause(100);
      }
    }
  }

  /** As the chat page does when it was not recovered: the history, back to what it knows. */
  async load() {
    const known = new Set(this.seen);
    let before;
    do {
      const page = await this.call('history.list', { conversation, limit: 100, ...(before && { before }) });
      for (const { id } of page.messages) this.seen.add(id);
      before = page.messages.length > 0 && !known.has(page.messages.at(-1).id) ? page.next : undefined;
    } while (before);
  }

  async listen() {
    const { resume } = await this.call('history.list', { conversation, limit: 1 });
    const subscription = this.client.newSubscription(`chat.${conversation}`, {
      since: { epoch: resume.slice(0, 36), offset: Number(resume.slice(37)) }, joinLeave: true,
      minResubscribeDelay: 20, maxResubscribeDelay: 500,
    });
    subscription.on('publication', ({ data, offset, tags }) => {
      const position = `${tags.epoch}-${String(offset).padStart(16, '0')}`;
      if (position <= this.last) ++twice;
      this.last = position;
      this.seen.add(data.id);
    });
    subscription.on('subscribed', ({ wasRecovering, recovered }) => {
      if (wasRecovering && !recovered) {
        ++unrecovered;
        void this.load();
      }
      if (!this.subscribed && ++ready === tokens.length) say({ ready });
      this.subscribed = true;
    });
    if (this.number === 0) {
      subscription.on('join', ({ info }) => say({ join: info.user }));
      subscription.on('leave', ({ info }) => say({ leave: info.user }));
    }
    subscription.subscribe();
  }

  async send() {
    if (Number(between) === 0) return;
    for (let number = 1; !quiet; ++number) {
      await pause(Number(between) * (0.5 + Math.random()));
      const id = `page-${process.pid}-${this.number}-${number}`;
      const answer = await this.call('messages.send', { conversation, id, text: id });
      acknowledged.add(answer.id);
    }
  }
}

const pages = tokens.map((token, number) => new Page(token, number));
await Promise.all(pages.map((page) => page.listen()));
let told = 0;
setInterval(() => {
  if (told !== acknowledged.size) say({ acknowledged: told = acknowledged.size });
}, 100);

createInterface({ input: process.stdin }).on('line', (line) => {
  quiet ||= line === 'quiet';
}).on('close', () => process.exit(0));

await Promise.all(pages.map((page) => page.send()));
const missing = () => pages.reduce((sum, page) => sum + [...acknowledged].filter((id) => !page.seen.has(id)).length, 0);
while (!quiet) await pause(50);
for (let turns = 0; missing() > 0 && turns < 600; ++turns) await pause(100);
say({ done: acknowledged.size, missing: missing(), twice, unrecovered });
