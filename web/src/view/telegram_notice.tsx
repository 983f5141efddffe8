// Says that the link with Telegram has ended by the other side, until it is made again or somebody has had enough of it.
import { useState } from 'preact/hooks';
import { useApp } from './context';
import { dismiss, dismissed } from './dismissed_end';
import { endOf, isSurprise } from './telegram_texts';

export function TelegramNotice({ onLink }: { onLink(): void }) {
  const telegram = useApp().state.telegram.value;
  const [isDismissed, setDismissed] = useState(dismissed);
  if (telegram.kind !== 'known' || !isSurprise(telegram.status)) return null;
  const end = telegram.status.ended?.at ?? '';
  if (end === isDismissed) return null;
  return (
    <div class="notice telegram-notice" role="alert">
      <p>{endOf(telegram.status)}</p>
      <p class="actions">
        <button type="button" onClick={onLink}>Link again</button>
        <button type="button" onClick={() => setDismissed(dismiss(end))}>Dismiss</button>
      </p>
    </div>
  );
}
