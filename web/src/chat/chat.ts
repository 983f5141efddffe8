// Everything one person does while logged in: brings list, history, live connection and outbox together. Made at log-in,
// stopped at log-out.
import { Api, type TokenSource } from '../api/api';
import type { Conversation, Me } from '../api/shapes';
import { Live, type ChannelHandlers } from '../live/live';
import { fromPublication, type Publication } from '../model/message';
import type { Position } from '../model/position';
import { throttle } from '../model/throttle';
import { emptyTimeline, withLive, withSent, type Timeline } from '../model/timeline';
import { meetPeople, put, type State } from '../state/state';
import { Conversations } from './conversations';
import { History } from './history';
import { Outbox } from './outbox';
import { PastReader } from './past_reader';
import { Presence } from './presence';
import { Reading } from './reading';
import { Search } from './search';
import { Telegram } from './telegram';
import { Typing, typingInterval } from './typing';

/** The newest so many conversations are listened to; a connection may have 256 channels. */
const mostFollowed = 200;
/** Somebody may go to and fro between tabs. */
const returnInterval = 5_000;

export class Chat {
  readonly api: Api;
  readonly search: Search;
  readonly reading: Reading;
  readonly telegram: Telegram;
  private readonly live: Live;
  private readonly history: History;
  private readonly past: PastReader;
  private readonly outbox: Outbox;
  private readonly typing: Typing;
  private readonly presence: Presence;
  private readonly conversations: Conversations;
  private followed: ReadonlySet<string> = new Set();
  private tellTyping: () => void = () => undefined;

  constructor(private readonly state: State, private readonly me: Me, websocketUrl: string, tokens: TokenSource) {
    this.api = new Api(tokens);
    this.live = new Live(websocketUrl, tokens, (connection) => (state.connection.value = connection));
    this.history = new History(state, this.api, {
      onRead: (conversation, resume) => {
        this.past.settle(conversation);
        this.reading.loaded(conversation);
        this.listen(conversation, resume);
      },
      onProblem: (conversation) => this.listen(conversation),  // meanwhile what comes is shown
    });
    this.past = new PastReader(state, this.api);
    this.search = new Search(state, this.api);
    this.reading = new Reading(state, me.id, this.api);
    this.telegram = new Telegram(state, this.api);
    this.outbox = new Outbox(
      state,
      me.id,
      (conversation, clientId, text) => this.live.sendText(conversation, clientId, text),
      (conversation, message) => this.update(conversation, (timeline) => withSent(timeline, message)),
    );
    this.typing = new Typing(state);
    this.presence = new Presence(state, (conversation) => this.live.online(conversation));
    this.conversations = new Conversations(state, this.api, (listed) => this.follow(listed));
  }

  start(): void {
    meetPeople(this.state, [this.me]);
    // Subscribed first and loaded then: what is added in between is not missed. Later the channel catches up by itself.
    this.live.enter(`user.${this.me.id}`, {
      onPublication: ({ data }) => {
        if ((data as { kind?: unknown } | null)?.kind === 'conversation_added') void this.conversations.load();
        this.telegram.hear(data);
      },
      onSubscribed: ({ recovered }) => {
        if (recovered) return;
        void this.conversations.load();
        void this.telegram.load();
      },
    });
    this.live.connect();
    this.reading.start();
    void this.conversations.load();
    void this.telegram.load();
  }

  stop(): void {
    this.live.close();
    this.history.stop();
    this.past.stop();
    this.search.stop();
    this.reading.stop();
    this.telegram.stop();
    this.outbox.stop();
    this.typing.stop();
    this.presence.stop();
    this.conversations.stop();
  }

  /** Shows a conversation, or with null none: the message at a position, or the newest ones. */
  open(conversation: string | null, position: Position | null = null): void {
    this.show(conversation);
    if (conversation === null) return;
    if (position !== null) this.past.visit(conversation, position);
    else this.past.leave(conversation);
  }

  loadMembers(room: string): void {
    void this.conversations.loadMembers(room);
  }

  /** The direct conversation with this person; there is one per pair. */
  async startDirect(person: string): Promise<Conversation> {
    const conversation = await this.api.startDirect(person);
    this.conversations.add(conversation);
    return conversation;
  }

  async createRoom(title: string, people: string[]): Promise<Conversation> {
    const conversation = await this.api.createRoom(title, people);
    this.conversations.add(conversation);
    return conversation;
  }

  send(conversation: string, text: string): void {
    this.past.leave(conversation);  // one sees what one has said
    this.tellTyping = this.typingTeller(conversation);  // the others have stopped showing it
    this.outbox.add(conversation, text);
  }

  retry(conversation: string): void {
    this.outbox.retry(conversation);
  }

  discard(conversation: string, clientId: string): void {
    this.outbox.discard(conversation, clientId);
  }

  types(): void {
    this.tellTyping();
  }

  loadOlder(conversation: string): void {
    if (this.past.shows(conversation)) this.past.loadOlder(conversation);
    else this.history.loadOlder(conversation);
  }

  /** Only an old part of a conversation has newer messages to load; to the newest ones they come live. */
  loadNewer(conversation: string): void {
    this.past.loadNewer(conversation);
  }

  /** Somebody looks at the page again: what their other devices have read and muted is in the list. */
  readonly returns = throttle(returnInterval, () => {
    this.reading.refresh();
    void this.conversations.load();
    void this.telegram.load();
  });

  private show(conversation: string | null): void {
    const before = this.state.open.peek();
    if (before === conversation) return;
    this.state.open.value = conversation;
    this.reading.opened(conversation);
    if (before !== null) this.close(before);
    if (conversation === null) return;
    this.tellTyping = this.typingTeller(conversation);
    this.live.enter(`typing.${conversation}`, {
      onPublication: ({ info }) => {
        if (info !== undefined && info.user !== this.me.id) this.typing.sees(conversation, info.user);
      },
    });
    this.history.refresh(conversation);  // and then listens from there on
  }

  private typingTeller(conversation: string): () => void {
    return throttle(typingInterval, () => this.live.tellTyping(conversation));
  }

  private follow(listed: readonly Conversation[]): void {
    const followed = new Set(listed.slice(0, mostFollowed).map(({ id }) => id));
    const before = this.followed;
    this.followed = followed;
    this.reading.listed(listed, followed);
    for (const id of before) if (!followed.has(id) && id !== this.state.open.peek()) this.live.leave(`chat.${id}`);
    // The one that is shown is listened to once its history is there.
    for (const id of followed) if (id !== this.state.open.peek()) this.listen(id);
  }

  private close(conversation: string): void {
    this.past.leave(conversation);
    this.live.leave(`typing.${conversation}`);
    if (!this.followed.has(conversation)) this.live.leave(`chat.${conversation}`);
  }

  /** What is neither shown nor followed any more needs no messages. */
  private listen(conversation: string, since: Position | null = null): void {
    if (this.state.open.peek() !== conversation && !this.followed.has(conversation)) return;
    const handlers: ChannelHandlers = {
      onPublication: (publication) => this.receive(conversation, publication),
      onSubscribed: (standing) => {
        this.presence.subscribed(conversation);
        this.reading.subscribed(conversation);
        if (this.state.open.peek() === conversation) this.history.subscribed(conversation, standing);
      },
      onPresence: (person, isOnline) => {
        if (isOnline) this.presence.joins(conversation, person);
        else this.presence.leaves(conversation, person);
      },
      onEnd: () => this.presence.forget(conversation),
    };
    this.live.enter(`chat.${conversation}`, handlers, since);
  }

  private receive(conversation: string, publication: Publication): void {
    const message = fromPublication(publication);
    if (message === null) return;
    if (message.author === this.me.id) this.outbox.settle(conversation, message.clientId);
    else this.typing.stops(conversation, message.author);
    if (message.author !== this.me.id) this.past.hears(conversation);
    const isKnown = this.state.timelines.peek().get(conversation)?.messages.some(({ id }) => id === message.id) === true;
    this.update(conversation, (timeline) => withLive(timeline, message));
    if (!isKnown || message.author === this.me.id) this.reading.hear(conversation, message);
    if (!this.state.people.peek().has(message.author)) void this.conversations.loadMembers(conversation);
  }

  private update(conversation: string, change: (timeline: Timeline) => Timeline): void {
    put(this.state.timelines, conversation, change(this.state.timelines.peek().get(conversation) ?? emptyTimeline));
  }
}
