// The list of one's conversations, and who is in them. The newest few hundred are shown.
import { batch } from '@preact/signals';
import type { Api } from '../api/api';
import { asProblem } from '../api/problem';
import type { Conversation, ConversationPage, MemberPage, Person } from '../api/shapes';
import { meetPeople, put, type State } from '../state/state';
import { retrying } from './retrying';

const mostPages = 10;
const listName = '';

export class Conversations {
  private readonly stopped = new AbortController();
  private readonly membersAsked = new Set<string>();
  private loading = false;
  private again = false;

  constructor(
    private readonly state: State,
    private readonly api: Api,
    private readonly onListed: (conversations: readonly Conversation[]) => void,
  ) {}

  /** Loads the list; asked again while it does so, once more afterwards. */
  async load(): Promise<void> {
    this.again = true;
    if (this.loading) return;
    this.loading = true;
    try {
      while (this.again) {
        this.again = false;
        this.show(await this.readAll());
        put(this.state.problems, listName, undefined);
      }
    } catch (thrown) {
      if (!this.stopped.signal.aborted) put(this.state.problems, listName, asProblem(thrown).message);
    } finally {
      this.loading = false;
    }
  }

  /** Puts one that was just made into the list before the server's word arrives. */
  add(conversation: Conversation): void {
    const others = (this.state.conversations.peek() ?? []).filter(({ id }) => id !== conversation.id);
    this.show([conversation, ...others]);
  }

  /** Everybody in a room; the list has the first three only. */
  async loadMembers(conversation: string): Promise<void> {
    if (this.membersAsked.has(conversation)) return;
    this.membersAsked.add(conversation);
    try {
      const members: Person[] = [];
      let next: string | null = null;
      do {
        const page: MemberPage = await this.api.listMembers(conversation, next ?? undefined);
        members.push(...page.members);
        next = page.next;
      } while (next !== null);
      meetPeople(this.state, members);
      put(this.state.members, conversation, members);
    } catch (thrown) {
      if (!this.stopped.signal.aborted) put(this.state.problems, conversation, asProblem(thrown).message);
      this.membersAsked.delete(conversation);  // whoever needs them next asks again
    }
  }

  stop(): void {
    this.stopped.abort();
  }

  private async readAll(): Promise<Conversation[]> {
    const all: Conversation[] = [];
    let next: string | null = null;
    for (let pages = 0; pages < mostPages; ++pages) {
      const after: string | undefined = next ?? undefined;
      const page: ConversationPage = await retrying(
        this.stopped.signal,
        (problem) => put(this.state.problems, listName, problem.message),
        () => this.api.listConversations(after),
      );
      all.push(...page.conversations);
      next = page.next;
      if (next === null) break;
    }
    return all;
  }

  private show(conversations: readonly Conversation[]): void {
    this.stopped.signal.throwIfAborted();
    meetPeople(this.state, conversations.flatMap(({ members }) => members));
    batch(() => {
      this.state.conversations.value = conversations;
      this.onListed(conversations);
    });
  }
}
