// At the end of the sidebar: how one is told of messages while away, the way to change it, and a notice when Telegram has
// ended it.
import { useState } from 'preact/hooks';
import { useApp } from './context';
import { PaperPlane } from './icons';
import { TelegramDialog } from './telegram_dialog';
import { dismissed, dismiss } from './telegram_notice';
import { endOf, isSurprise, summaryOf } from './telegram_texts';

export function TelegramPanel() {
  const { state } = useApp();
  const [isOpen, setOpen] = useState(false);
  const [isDismissed, setDismissed] = useState(dismissed);
  const telegram = state.telegram.value;
  const status = telegram.kind === 'known' ? telegram.status : null;
  const end = status !== null && isSurprise(status) ? status.ended?.at : undefined;

  return (
    <section class="telegram" aria-label="Telegram">
      {status !== null && end !== undefined && end !== isDismissed && !isOpen && (
        <div class="notice" role="alert">
          <p>{endOf(status)}</p>
          <p class="actions">
            <button type="button" onClick={() => setOpen(true)}>Link again</button>
            <button type="button" onClick={() => setDismissed(dismiss(end))}>Dismiss</button>
          </p>
        </div>
      )}
      <button type="button" class="entry" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <span class="avatar plane" aria-hidden="true"><PaperPlane /></span>
        <span class="entry-text">
          <span class="entry-title">Telegram</span>
          <span class="entry-detail" dir="auto">{summaryOf(state.hasTelegram.value, telegram)}</span>
        </span>
      </button>
      {isOpen && <TelegramDialog onClose={() => setOpen(false)} />}
    </section>
  );
}
