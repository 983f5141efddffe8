// A chat page without a screen, for the crash tests: node chatter.mjs URL CONVERSATION TOKEN
// It loads the history, subscribes from where that ends, and sends a message after the other, each until it is
// acknowledged, as web/src/chat does. One JSON object a line on standard output:
//   {"got": {epoch, sequence, id}, "from": "live" | "history"}   {"acknowledged": {epoch, sequence, id}}
//   {"recovered": true | false}                                  {"idle": true}  after `quiet` on standard input
import { createInterface } from 'node:readline';
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

const [url, conversation, token] = process.argv.slice(2);
const say = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const client = new Centrifuge(url, { websocket: WebSocket, token, minReconnectDelay: 20, maxReconnectDelay: 200, timeout: 5000 });

/** Asks until it is answered: the services may be away. */
async function call(method, data) {
  for (;;) {
    try {
      await client.ready(10_000);
      return (await client.rpc(method, data)).data;
    } catch (error) {
      await pause(50);
    }
  }
}

/** Everything of the conversation back to what is known now; says it and gives the position that it reaches. */
async function load() {
  const known = new Set(seen);  // what comes live meanwhile lies behind what may be missing
  let page = await call('history.list', { conversation, limit: 100 });
  const { resume } = page;
  const messages = [...page.messages];
  while (page.next && !known.has(messages.at(-1).id)) {
    page = await call('history.list', { conversation, limit: 100, before: page.next });
    messages.push(...page.messages);
  }
  for (const { epoch, sequence, id } of messages.reverse()) {
    if (seen.has(id)) continue;
    seen.add(id);
    say({ got: { epoch, sequence, id }, from: 'history' });
  }
  return { epoch: resume.slice(0, 36), offset: Number(resume.slice(37)) };
}

const seen = new Set();

async function listen() {
  const subscription = client.newSubscription(`chat.${conversation}`, {
    since: await load(), minResubscribeDelay: 20, maxResubscribeDelay: 200,
  });
  subscription.on('publication', ({ data, offset, tags }) => {
    // What a page shows once it counts once; that live delivery repeats nothing is the test's to see.
    seen.add(data.id);
    say({ got: { epoch: tags.epoch, sequence: offset, id: data.id }, from: 'live' });
  });
  subscription.on('subscribed', ({ wasRecovering, recovered }) => {
    if (!wasRecovering) return;
    say({ recovered });
    if (!recovered) void load();
  });
  subscription.subscribe();
}

let quiet = false;

async function send() {
  for (let number = 1; !quiet; ++number) {
    const answer = await call('messages.send', { conversation, id: `page-${process.pid}-${number}`, text: `page ${number}` });
    say({ acknowledged: { epoch: answer.epoch, sequence: answer.sequence, id: answer.id } });
    await pause(40);  // below the rate a person is allowed
  }
  say({ idle: true });
}

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'quiet') quiet = true;
}).on('close', () => process.exit(0));

client.connect();
await listen();
await send();
