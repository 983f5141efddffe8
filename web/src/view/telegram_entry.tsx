// At the end of the sidebar: whether one is told of messages by Telegram while away, and the way to change it.
import { useApp } from './context';
import { PaperPlane } from './icons';
import { summaryOf } from './telegram_texts';

export function TelegramEntry({ onOpen }: { onOpen(): void }) {
  const { state } = useApp();
  return (
    <div class="telegram">
      <button type="button" class="entry" aria-haspopup="dialog" onClick={onOpen}>
        <span class="avatar plane" aria-hidden="true"><PaperPlane /></span>
        <span class="entry-text">
          <span class="entry-title">Telegram</span>
          <span class="entry-detail" dir="auto">{summaryOf(state.hasTelegram.value, state.telegram.value)}</span>
        </span>
      </button>
    </div>
  );
}
