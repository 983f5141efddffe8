// What somebody has read: follows what is in sight, tells the server and the other tabs how far that is, and keeps the
// numbers of the list. What was unread of a conversation when it was opened is remembered while it is shown.
import { batch, effect, untracked } from '@preact/signals';
import type { Api } from '../api/api';
import type { Conversation, Mute } from '../api/shapes';
import type { Message } from '../model/message';
import type { Position } from '../model/position';
import { countUnread, isBehind, lastOwn, later, type ReadUpTo } from '../model/unread';
import { put, type State } from '../state/state';
import { Mutes } from './mutes';
import { ReadMarks } from './read_marks';
import { Tabs, type TabNews } from './tabs';
import { UnreadCounts } from './unread_counts';

/** Conversations that are not listened to are asked for so often. */
const unheardInterval = 60_000;

export class Reading {
  private readonly marks: ReadMarks;
  private readonly counts: UnreadCounts;
  private readonly mutes: Mutes;
  private readonly tabs: Tabs;
  private readonly ends: (() => void)[] = [];
  /** The server could not be told of these, and has told other tabs what was true before. */
  private readonly late = new Set<string>();
  private listedIds: ReadonlySet<string> | null = null;
  private unheard: readonly string[] = [];
  /** How far the conversation that is shown was read when it was opened; its history has not been read since. */
  private opening: { conversation: string; read: ReadUpTo } | null = null;

  constructor(private readonly state: State, private readonly me: string, private readonly api: Api) {
    this.marks = new ReadMarks((conversation, position) => this.tellServer(conversation, position));
    this.counts = new UnreadCounts(state, {
      ask: (conversations) => api.countUnread(conversations),
      isAhead: (conversation) => this.marks.isWaiting(conversation),
    });
    this.mutes = new Mutes(state);
    this.tabs = new Tabs(me, (news) => this.hearTab(news));
  }

  start(): void {
    this.ends.push(effect(() => this.look()));
    this.ends.push(effect(() => {
      if (!this.state.visible.value) untracked(() => this.marks.hurry());
    }));
    const timer = setInterval(() => this.state.visible.peek() && this.counts.want(this.unheard), unheardInterval);
    this.ends.push(() => clearInterval(timer));
  }

  stop(): void {
    for (const end of this.ends) end();
    this.marks.stop();
    this.counts.stop();
    this.mutes.stop();
    this.tabs.close();
  }

  /** The list of conversations; `heard`: those whose messages arrive by themselves. */
  listed(conversations: readonly Conversation[], heard: ReadonlySet<string>): void {
    const before = this.listedIds;
    this.listedIds = new Set(conversations.map(({ id }) => id));
    this.unheard = [...this.listedIds].filter((id) => !heard.has(id));
    for (const { id, read, muted } of conversations) {
      if (read !== null) this.advance(id, read);
      this.mutes.set(id, muted);
    }
    for (const id of this.state.unread.peek().keys()) if (!this.listedIds.has(id)) put(this.state.unread, id, undefined);
    if (before === null) {
      // Twice: what the page before this one has read may be on its way.
      for (const id of this.listedIds) this.counts.wantTwice(id);
      this.opened(this.state.open.peek());
    } else {
      for (const id of this.listedIds) if (!before.has(id)) this.counts.wantTwice(id);
    }
  }

  /** From now on its messages arrive; some may have been missed. */
  subscribed(conversation: string): void {
    if (this.listedIds?.has(conversation) === true) this.counts.want([conversation]);
  }

  opened(conversation: string | null): void {
    this.state.unreadPart.value = null;
    this.opening = null;
    if (conversation === null || this.listedIds?.has(conversation) !== true) return;
    this.opening = { conversation, read: this.readUpTo(conversation) };
    this.placePart();
  }

  /** The newest messages of a conversation have been loaded. */
  loaded(conversation: string): void {
    if (this.opening?.conversation !== conversation) return;
    this.placePart();
    this.opening = null;
  }

  /** A message has arrived and is in its timeline. */
  hear(conversation: string, message: Message): void {
    if (message.author === this.me) {
      this.advance(conversation, message);
      this.counts.read(conversation, this.left(conversation));
    } else if (isBehind(message, this.readUpTo(conversation))) {
      const isFirst = !this.state.unread.peek().has(conversation);
      if (isFirst && this.state.open.peek() === conversation) {
        this.state.unreadPart.value = { conversation, after: this.readUpTo(conversation), upTo: message };
      }
      this.counts.hear(conversation);
    }
  }

  /** Asks the server for all numbers. */
  refresh(): void {
    this.marks.again();
    if (this.listedIds !== null) this.counts.want(this.listedIds);
  }

  /** `until`: null: until it is taken back. */
  async mute(conversation: string, until: string | null): Promise<void> {
    this.tellMuted(conversation, await this.api.mute(conversation, until));
  }

  async unmute(conversation: string): Promise<void> {
    await this.api.unmute(conversation);
    this.tellMuted(conversation, null);
  }

  /** Whenever something comes into sight. Before the list is there nobody knows what was read before. */
  private look(): void {
    const conversation = this.state.atEnd.value;
    if (conversation === null || !this.state.visible.value || this.state.conversations.value === null) return;
    const timeline = this.state.timelines.value.get(conversation);
    const isCounted = this.state.unread.value.has(conversation);
    if (timeline?.complete !== undefined) untracked(() => this.see(conversation, timeline.messages, isCounted));
  }

  private see(conversation: string, messages: readonly Message[], isCounted: boolean): void {
    const newest = messages.at(-1);
    if (newest === undefined) return;
    const hasNew = countUnread(messages, this.readUpTo(conversation), this.me) > 0;
    if (!hasNew && !isCounted) return;  // nothing that the server should know
    const position = { epoch: newest.epoch, sequence: newest.sequence };
    batch(() => {
      this.advance(conversation, position);
      if (hasNew) this.counts.read(conversation, 0);
      else put(this.state.unread, conversation, undefined);
    });
    this.marks.mark(conversation, position);
    this.tabs.tell({ kind: 'read', conversation, position });
  }

  private async tellServer(conversation: string, position: Position): Promise<void> {
    const wasLate = this.late.delete(conversation);
    try {
      await this.api.markRead(conversation, position);
    } catch (thrown) {
      this.late.add(conversation);
      throw thrown;
    }
    if (wasLate) this.tabs.tell({ kind: 'told', conversation });
  }

  private hearTab(news: TabNews): void {
    if (news.kind === 'muted') return this.mutes.set(news.conversation, news.muted);
    if (news.kind === 'told') return this.counts.want([news.conversation]);
    this.advance(news.conversation, news.position);
    this.counts.read(news.conversation, this.left(news.conversation));
  }

  private tellMuted(conversation: string, muted: Mute | null): void {
    this.mutes.set(conversation, muted);
    this.tabs.tell({ kind: 'muted', conversation, muted });
  }

  private placePart(): void {
    if (this.opening === null) return;
    const { conversation, read } = this.opening;
    const messages = this.messages(conversation);
    const upTo = messages.at(-1);
    if (upTo === undefined) return;
    this.state.unreadPart.value = { conversation, after: later(read, lastOwn(messages, this.me)), upTo };
  }

  /** What has arrived behind the position up to which it was read. */
  private left(conversation: string): number {
    return countUnread(this.messages(conversation), this.readUpTo(conversation), this.me);
  }

  private messages(conversation: string): readonly Message[] {
    return this.state.timelines.peek().get(conversation)?.messages ?? [];
  }

  private readUpTo(conversation: string): ReadUpTo {
    return this.state.reads.peek().get(conversation) ?? null;
  }

  private advance(conversation: string, { epoch, sequence }: Position): void {
    const before = this.readUpTo(conversation);
    const position = later(before, { epoch, sequence });
    if (position !== null && position !== before) put(this.state.reads, conversation, position);
  }
}
