// One message. What people wrote goes into the page as text, never as markup.
import { useApp, useChat } from './context';
import { fullTimeText, timeText } from './dates';
import { nameOf } from './names';
import { Avatar } from './avatar';
import type { Message } from '../model/message';
import type { Outgoing } from '../state/state';

/** `isAimed`: somebody has chosen it among what a search has found. */
export function MessageRow({ message, first, isAimed }: { message: Message; first: boolean; isAimed: boolean }) {
  const { state } = useApp();
  const { me } = useChat();
  const own = message.author === me.id;
  const name = nameOf(state.people.value.get(message.author));
  return (
    <li class={`message ${own ? 'own' : 'other'} ${first ? 'first' : ''} ${isAimed ? 'aimed' : ''}`} data-id={message.id}
      tabIndex={isAimed ? -1 : undefined} aria-current={isAimed ? 'true' : undefined}>
      {!own && first && <Avatar name={name} of={message.author} />}
      <div class="bubble">
        <span class={own || !first ? 'visually-hidden' : 'author'} dir="auto">{own ? 'You' : name}</span>
        <span class="text" dir="auto">{message.text}</span>
        {Number.isFinite(message.time) && (
          <time dateTime={new Date(message.time).toISOString()} title={fullTimeText(message.time)}>
            {timeText(message.time)}
          </time>
        )}
      </div>
    </li>
  );
}

export function OutgoingRow({ conversation, message, first }: { conversation: string; message: Outgoing; first: boolean }) {
  const { chat } = useChat();
  const failed = message.problem !== '';
  return (
    <li class={`message own ${first ? 'first' : ''} ${failed ? 'failed' : 'pending'}`}>
      <div class="bubble">
        <span class="visually-hidden">You</span>
        <span class="text" dir="auto">{message.text}</span>
        {!failed && <span class="sending">Sending…</span>}
      </div>
      {failed && (
        <div class="not-sent">
          <span role="alert">Not sent. {message.problem}</span>
          <button type="button" class="link" onClick={() => chat.retry(conversation)}>Try again</button>
          <button type="button" class="link" onClick={() => chat.discard(conversation, message.clientId)}>Discard</button>
        </div>
      )}
    </li>
  );
}
