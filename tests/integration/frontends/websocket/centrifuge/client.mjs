// The npm client `centrifuge` against a server, one scenario a run: node client.mjs SCENARIO URL CHANNEL TOKEN…
// Says what happens, a line each; the test that started it reads that and acts. Ends with 0 when the scenario is over.
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

const [scenario, url, channel, ...tokens] = process.argv.slice(2);
const say = (...words) => console.log(words.join(' '));

function connect(options) {
  const client = new Centrifuge(url, { websocket: WebSocket, minReconnectDelay: 50, maxReconnectDelay: 200, ...options });
  client.on('connected', (context) => say('connected', context.transport));
  client.on('connecting', (context) => say('connecting', context.code, context.reason));
  client.on('disconnected', (context) => say('disconnected', context.code, context.reason));
  client.on('error', (context) => say('error', context.type, context.error.code));
  client.connect();
  return client;
}

function subscribe(client, name = channel, options = {}) {
  const subscription = client.newSubscription(name, { minResubscribeDelay: 50, maxResubscribeDelay: 200, ...options });
  subscription.on('subscribed', (context) => say('subscribed', context.channel, 'recoverable', context.recoverable, ...(context.wasRecovering ? ['recovered', context.recovered] : [])));
  subscription.on('subscribing', (context) => say('subscribing', context.code));
  subscription.on('unsubscribed', (context) => say('unsubscribed', context.code, context.reason));
  subscription.on('publication', (context) =>
    say('publication', JSON.stringify({ data: context.data, offset: context.offset, user: context.info?.user, tags: Object.keys(context.tags ?? {}) })));
  subscription.subscribe();
  return subscription;
}

/** Resolves with the context of the next event of that name. */
const next = (emitter, event) => new Promise((resolve) => emitter.once(event, resolve));

/** Resolves after so many more; several may come at once. */
function publications(subscription, count) {
  return new Promise((resolve) => {
    const seen = () => {
      if (--count > 0) return;
      subscription.off('publication', seen);
      resolve();
    };
    subscription.on('publication', seen);
  });
}

const code = (promise) => promise.then(() => 'none', (error) => error.code);

/** Its answer, asked again while the server says that it may pass. */
async function patiently(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!error.temporary) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const scenarios = {
  /** Says who is there, and who comes and goes, until it is ended. */
  async people() {
    const client = connect({ token: tokens[0] });
    const subscription = client.newSubscription(channel, { joinLeave: true, minResubscribeDelay: 50, maxResubscribeDelay: 200 });
    subscription.on('join', ({ info }) => say('join', info.user, info.client === info.user));
    subscription.on('leave', ({ info }) => say('leave', info.user, info.client === info.user));
    const tell = async () => {
      const { clients } = await patiently(() => subscription.presence());
      const { numClients, numUsers } = await patiently(() => subscription.presenceStats());
      say('present', JSON.stringify(clients), numClients, numUsers);
    };
    // Without an answer the connection is lost, and after the next reply to subscribe there is another.
    subscription.on('subscribed', () => tell().catch((error) => say('unanswered', error.code)));
    subscription.subscribe();
    await next(client, 'disconnected');
  },

  /** Asks who is there without a word of its own. */
  async curious() {
    const client = connect({ token: tokens[0] });
    await next(client, 'connected');
    say('presence', await code(patiently(() => client.presence(channel))), await code(client.presenceStats(channel)));
    client.disconnect();
  },

  /** Everything a chat page does. */
  async chat() {
    const client = connect({ token: tokens[0] });
    const subscription = subscribe(client);
    await publications(subscription, 3);
    const conversation = channel.slice('chat.'.length);
    const echo = next(subscription, 'publication');
    const sent = await client.rpc('messages.send', { conversation, id: 'one', text: 'from the page' });
    say('sent', JSON.stringify(sent.data));
    await echo;
    say('unknown method', await code(client.rpc('no.such', {})));
    say('publish to chat', await code(client.publish(channel, {})));
    say('publish to typing', await code(client.publish(`typing.${conversation}`, {})));
    say('history', await code(client.history(channel)));
    subscription.unsubscribe();
    say('resubscribed', (subscription.subscribe(), await next(subscription, 'subscribed')).channel);
    client.disconnect();
  },

  /** Until the second publication, whatever happens to the server. */
  async stay() {
    const client = connect({ token: tokens[0] });
    await publications(subscribe(client), 2);
    client.disconnect();
  },

  /** Goes away after the first publication and comes back once somebody else has seen six. */
  async leave() {
    const other = connect({ token: tokens[0] });
    const seen = other.newSubscription(channel);
    seen.subscribe();
    await next(seen, 'subscribed');
    const six = publications(seen, 6);
    const client = connect({ token: tokens[0] });
    const subscription = subscribe(client);
    await next(subscription, 'publication');
    client.disconnect();
    say('away');
    await six;
    const rest = publications(subscription, 6);
    client.connect();
    await rest;
    other.disconnect();
    client.disconnect();
  },

  /** Subscribes from a position that something else has told: EPOCH and OFFSET stand after the token. */
  async since() {
    const client = connect({ token: tokens[0] });
    const subscription = subscribe(client, channel, { since: { epoch: tokens[1], offset: Number(tokens[2]) } });
    await next(subscription, 'subscribed');
    client.disconnect();
  },

  /** Loads something first and gets a position with it; again when that is of no use. */
  async load() {
    const client = connect({ token: tokens[0] });
    const positions = [{ epoch: '_', offset: 1 }, { epoch: tokens[1], offset: Number(tokens[2]) }];
    const subscription = subscribe(client, channel, { getState: async () => (say('load'), positions.shift()) });
    await next(subscription, 'subscribed');
    client.disconnect();
  },

  /** The first token is over or almost; the page gets others. */
  async renew() {
    let asked = 0;
    const client = connect({ token: tokens[0], getToken: async () => (say('asked for token', ++asked), tokens[1]) });
    await next(client, 'connected');
    while (asked === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const answer = await client.rpc('accounts.whoami', {});
    say('still there', answer.data.user.id);
    client.disconnect();
  },

  /** Nobody gets in with this. */
  async refused() {
    const client = connect({ token: tokens[0] });
    await next(client, 'disconnected');
  },

  /** A channel of others, and one that is none. */
  async strangers() {
    const client = connect({ token: tokens[0] });
    await next(subscribe(client), 'unsubscribed');
    await next(subscribe(client, 'nonsense'), 'unsubscribed');
    client.disconnect();
  },

  /** Just answers pings until it is sent away. */
  async listen() {
    const client = connect({ token: tokens[0], maxServerPingDelay: 2000 });
    await next(client, 'disconnected');
  },
};

await scenarios[scenario]();
