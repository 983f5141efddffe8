// The live connection: the Centrifugo protocol over one WebSocket, kept up and renewed by the library `centrifuge`, which
// no other file knows.
import { Centrifuge, UnauthorizedError, type SubscribedContext } from 'centrifuge';
import type { TokenSource } from '../api/api';
import { asProblem, problemOfCentrifugo } from '../api/problem';
import type { SentMessage } from '../api/shapes';
import type { Publication } from '../model/message';
import type { Position } from '../model/position';
import type { ConnectionState } from '../state/state';

/** Where a channel stands when it begins to deliver. */
export interface Standing {
  /** It was to go on from a position: that of the history, or of the last publication before an interruption. */
  recovering: boolean;
  /** Nothing since then is missing: what was missed is delivered first. */
  recovered: boolean;
  /** What comes is beyond it; null: the channel keeps nothing that could be asked for. */
  position: Position | null;
}

export interface ChannelHandlers {
  onPublication(publication: Publication): void;
  /** From now on publications arrive; also after each interruption. */
  onSubscribed?(standing: Standing): void;
  /** Somebody of the conversation came online, or went. */
  onPresence?(person: string, isOnline: boolean): void;
  /** Nothing more arrives: we have left, or were put out. */
  onEnd?(): void;
}

const reconnectDelay = 2_000;
/** The library gets a new one and connects again. */
const tokenExpired = 109;

function standingOf({ wasRecovering, recovered, streamPosition }: SubscribedContext): Standing {
  return {
    recovering: wasRecovering,
    recovered,
    position: streamPosition === undefined ? null : { epoch: streamPosition.epoch, sequence: streamPosition.offset },
  };
}

export class Live {
  private readonly client: Centrifuge;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  private givenToken = '';

  constructor(url: string, private readonly tokens: TokenSource, private readonly onState: (state: ConnectionState) => void) {
    this.client = new Centrifuge(url, {
      name: 'fanfare-web',
      getToken: () => this.token(),
      minReconnectDelay: 300,
      maxReconnectDelay: 5_000,
    });
    this.client.on('connected', () => onState('connected'));
    this.client.on('connecting', ({ code }) => code !== 0 && onState('connecting'));
    this.client.on('error', ({ type, error }) => {
      const needsToken = error.code === tokenExpired;
      if (type === 'transport' || (type === 'connect' && !needsToken)) onState('unreachable');
    });
    this.client.on('disconnected', () => this.comeBack());
  }

  connect(): void {
    this.client.connect();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.client.disconnect();
    for (const subscription of Object.values(this.client.subscriptions())) this.client.removeSubscription(subscription);
  }

  /** Listens to a channel until leave(), from a position on or else from now on. */
  enter(channel: string, handlers: ChannelHandlers, since: Position | null = null): void {
    const held = this.client.getSubscription(channel);
    if (held !== null) {
      held.subscribe();  // does nothing, unless it was refused
      return;
    }
    const subscription = this.client.newSubscription(channel, {
      joinLeave: handlers.onPresence !== undefined,
      ...(since !== null && { since: { epoch: since.epoch, offset: since.sequence } }),
    });
    subscription.on('publication', (publication) => handlers.onPublication(publication));
    subscription.on('subscribed', (context) => handlers.onSubscribed?.(standingOf(context)));
    subscription.on('unsubscribed', () => handlers.onEnd?.());
    subscription.on('join', ({ info }) => handlers.onPresence?.(info.user, true));
    subscription.on('leave', ({ info }) => handlers.onPresence?.(info.user, false));
    subscription.subscribe();
  }

  leave(channel: string): void {
    const subscription = this.client.getSubscription(channel);
    if (subscription === null) return;
    subscription.unsubscribe();
    this.client.removeSubscription(subscription);
  }

  /** Sends a text. With the same client id again it is the same message. */
  async sendText(conversation: string, clientId: string, text: string): Promise<SentMessage> {
    try {
      const { data } = await this.client.rpc('messages.send', { conversation, id: clientId, text });
      return data as SentMessage;
    } catch (thrown) {
      throw problemOfCentrifugo(thrown);
    }
  }

  /** The ids of those who are online in a conversation. */
  async online(conversation: string): Promise<readonly string[]> {
    try {
      const { clients } = await this.client.presence(`chat.${conversation}`);
      return Object.values(clients).map(({ user }) => user);
    } catch (thrown) {
      throw problemOfCentrifugo(thrown);
    }
  }

  /** Tells the others that somebody is writing; of no importance when it fails. */
  tellTyping(conversation: string): void {
    if (this.client.state !== 'connected') return;
    this.client.publish(`typing.${conversation}`, {}).catch(() => undefined);
  }

  private async token(): Promise<string> {
    try {
      const token = await this.tokens.token();
      // Asked a second time, the first one was refused or is about to expire.
      this.givenToken = token === this.givenToken ? await this.tokens.renew() : token;
      return this.givenToken;
    } catch (thrown) {
      if (asProblem(thrown).mayPass) throw thrown;
      throw new UnauthorizedError('');
    }
  }

  // The server has sent us away, or our token was refused: with a new token, if we still get one.
  private comeBack(): void {
    if (this.closed) return;
    this.onState('unreachable');
    this.timer = setTimeout(() => {
      this.client.setToken('');
      this.client.connect();
    }, reconnectDelay);
  }
}
