// One's link with Telegram: whether there is one, how to make one and how to end it. While a link is offered the dialog
// waits for Telegram's word that it was used, and closes then.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem } from '../api/problem';
import type { TelegramOffer, TelegramStatus } from '../api/shapes';
import type { Chat } from '../chat/chat';
import { useApp, useChat } from './context';
import { dayText, timeText } from './dates';
import { TelegramOfferView } from './telegram_offer';
import { endOf } from './telegram_texts';

export function TelegramDialog({ onClose }: { onClose(): void }) {
  const { state } = useApp();
  const { chat } = useChat();
  const dialog = useRef<HTMLDialogElement>(null);
  const telegram = state.telegram.value;

  useEffect(() => {
    dialog.current?.showModal();
    void chat.telegram.load();
  }, []);

  return (
    <dialog ref={dialog} class="card telegram-dialog" aria-labelledby="telegram-heading" onClose={onClose}>
      <h2 id="telegram-heading">Telegram</h2>
      {!state.hasTelegram.value ? (
        <p>Telegram is not set up on this server. Whoever runs it can do that: the server needs the token of a bot.</p>
      ) : telegram.kind === 'known' ? (
        <Linking status={telegram.status} chat={chat} onLinked={() => dialog.current?.close()} />
      ) : (
        <p role="status">{telegram.kind === 'unknown' ? 'One moment…' : `Telegram is not available just now. ${telegram.problem}`}</p>
      )}
      <div class="actions">
        <button type="button" onClick={() => dialog.current?.close()}>Close</button>
      </div>
    </dialog>
  );
}

interface Props {
  status: TelegramStatus;
  chat: Chat;
  /** An offer that was shown has been used. */
  onLinked(): void;
}

function Linking({ status, chat, onLinked }: Props) {
  const [offer, setOffer] = useState<TelegramOffer | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const { link } = status;

  useEffect(() => {
    if (link !== null && offer !== null) onLinked();
  }, [link]);

  const tryTo = async (action: () => Promise<void>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem('');
    await action().catch((thrown) => setProblem(asProblem(thrown).message));
    setBusy(false);
  };
  const ask = (): void => void tryTo(async () => setOffer(await chat.telegram.offer()));
  const unlink = (): void => void tryTo(async () => {
    setOffer(null);
    await chat.telegram.unlink();
  });

  return (
    <>
      {link !== null ? (
        <>
          <p>Linked as <strong dir="auto">{link.name}</strong> since {sinceText(link.since)}. The bot @{status.bot} tells you of messages while you are away, and what you answer there arrives here.</p>
          <p key="unlink"><button type="button" aria-disabled={busy} onClick={unlink}>Unlink</button></p>
        </>
      ) : offer !== null ? (
        <TelegramOfferView key={offer.url} offer={offer} onAgain={ask} />
      ) : (
        <>
          <End status={status} />
          <p>While you are away, the bot @{status.bot} tells you in Telegram of messages you have not read. What you answer there arrives here.</p>
          <p key="link"><button type="button" class="primary" aria-disabled={busy} onClick={ask}>Link with Telegram</button></p>
        </>
      )}
      <p class="problem" role="alert">{problem}</p>
    </>
  );
}

function End({ status }: { status: TelegramStatus }) {
  const text = endOf(status);
  return text === null ? null : <p class="notice">{text}</p>;
}

function sinceText(since: string): string {
  const time = Date.parse(since);
  return Number.isFinite(time) ? `${dayText(time, Date.now())}, ${timeText(time)}` : 'some time';
}
