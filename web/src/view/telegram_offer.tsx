// A link to Telegram that is good once and for some minutes: as a button for this device, as a QR code for a phone.
import { useEffect, useState } from 'preact/hooks';
import type { TelegramOffer } from '../api/shapes';
import { QrCode } from './qr_code';
import { goodFor, leftText } from './telegram_texts';

const lookEvery = 5_000;

export function TelegramOfferView({ offer, onAgain }: { offer: TelegramOffer; onAgain(): void }) {
  const [end] = useState(() => Date.now() + goodFor(offer.expires_at, Date.now()));
  const [now, setNow] = useState(Date.now);

  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), lookEvery);
    return () => clearInterval(timer);
  }, []);

  if (now >= end) {
    return <p role="status">The link is no longer good. <button type="button" onClick={onAgain}>New link</button></p>;
  }
  return (
    <div class="offer">
      <p>
        <a class="button primary" href={safe(offer.url)} target="_blank" rel="noopener noreferrer">Open Telegram</a>
        {' '}on this device, or point your phone’s camera here. There, press <strong>Start</strong>.
      </p>
      <QrCode text={offer.url} label="QR code of the link" />
      <p class="hint">Good once, for {leftText(end - now)}. This closes by itself when you are linked.</p>
    </div>
  );
}

/** The server made it; yet what the page leads to is never a script. */
function safe(url: string): string | undefined {
  return /^https?:\/\//.test(url) ? url : undefined;
}
