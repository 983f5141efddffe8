// The page's life: asks where the WebSocket is, comes back to a session, and keeps a Chat while somebody is logged in.
// The conversation that is shown is in the address (#/c/ID, or #/c/ID/POSITION for a message of it), so that reload and
// back do what people expect.
import { effect, signal, untracked } from '@preact/signals';
import { send } from './api/http';
import { Chat } from './chat/chat';
import { addressOf, parseAddress } from './model/address';
import type { Position } from './model/position';
import { Session } from './session/session';
import { countText } from './model/unread';
import { createState, forgetEverything, type SessionState } from './state/state';

export class App {
  readonly state = createState();
  readonly session = new Session(this.state);
  /** While somebody is logged in. */
  readonly chat = signal<Chat | null>(null);

  async start(): Promise<void> {
    effect(() => {
      const session = this.state.session.value;
      untracked(() => this.enter(session));
    });
    effect(() => {
      const mutes = this.state.mutes.value;
      let unread = 0;
      for (const [conversation, count] of this.state.unread.value) if (!mutes.has(conversation)) unread += count;
      document.title = unread === 0 ? 'Fanfare' : `(${countText(unread)}) Fanfare`;
    });
    window.addEventListener('hashchange', () => this.followAddress());
    this.state.visible.value = !document.hidden;
    document.addEventListener('visibilitychange', () => this.lookAt());
    window.addEventListener('pagehide', () => (this.state.visible.value = false));
    await this.loadConfig();
    await this.session.start();
  }

  /** Goes to a conversation, or with null back to the list. */
  show(conversation: string | null): void {
    location.hash = addressOf(conversation);
  }

  /** Goes to a message, also if it is the one that the address names already. */
  showMessage(conversation: string, position: Position): void {
    const address = addressOf(conversation, position);
    if (location.hash === address) this.followAddress();
    else location.hash = address;
  }

  async logOut(): Promise<void> {
    await this.session.logOut();
    this.show(null);
  }

  private enter(session: SessionState): void {
    this.chat.value?.stop();
    this.chat.value = null;
    forgetEverything(this.state);
    if (session.kind !== 'logged_in') return;
    const chat = new Chat(this.state, session.me, this.state.websocketUrl.value, this.session);
    this.chat.value = chat;
    chat.start();
    this.followAddress();
  }

  private followAddress(): void {
    const { conversation, position } = parseAddress(location.hash);
    this.chat.peek()?.open(conversation, position);
  }

  private lookAt(): void {
    this.state.visible.value = !document.hidden;
    if (!document.hidden) this.chat.peek()?.returns();
  }

  private async loadConfig(): Promise<void> {
    for (;;) {
      try {
        const config = await send<{ websocket_url: string; telegram?: boolean }>({ path: '/config.json' });
        this.state.websocketUrl.value = config.websocket_url;
        this.state.hasTelegram.value = config.telegram === true;
        return;
      } catch {
        this.state.session.value = { kind: 'unreachable' };
        await new Promise((resolve) => setTimeout(resolve, 2_000));
      }
    }
  }
}
