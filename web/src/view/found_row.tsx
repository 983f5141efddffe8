// A message that was found: who, where, when, and the words around what was looked for. They go into the page as text,
// never as markup.
import type { FoundMessage } from '../api/shapes';
import { addressOf } from '../model/address';
import { comparePositions } from '../model/position';
import { Avatar } from './avatar';
import { useApp, useChat } from './context';
import { dayText, fullTimeText, timeText } from './dates';
import { nameOf, titleOf } from './names';

export function FoundRow({ found, onChoose }: { found: FoundMessage; onChoose(): void }) {
  const { state } = useApp();
  const { me } = useChat();
  const name = nameOf(found.from);
  const conversation = state.conversations.value?.find(({ id }) => id === found.conversation);
  const time = Date.parse(found.timestamp);
  const aim = state.aim.value;
  const isAimed = aim?.conversation === found.conversation && comparePositions(aim.position, found) === 0;

  const onClick = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onChoose();
  };

  return (
    <li>
      <a class="entry" href={addressOf(found.conversation, found)} aria-current={isAimed ? 'true' : undefined} onClick={onClick}>
        <Avatar name={name} of={found.from.id} />
        <span class="entry-text">
          <span class="entry-title" dir="auto">{found.from.id === me.id ? 'You' : name}</span>
          <span class="entry-detail">
            {conversation !== undefined && <>{conversation.kind === 'room' ? 'in' : 'with'} <bdi>{titleOf(conversation, me.id)}</bdi> · </>}
            {Number.isFinite(time) && (
              <time dateTime={found.timestamp} title={fullTimeText(time)}>{dayText(time, Date.now())}, {timeText(time)}</time>
            )}
          </span>
          <span class="excerpt" dir="auto">
            {found.excerpt.map(({ text, hit }, index) => (hit ? <mark key={index}>{text}</mark> : text))}
          </span>
        </span>
      </a>
    </li>
  );
}
