// What the page says of a link with Telegram.
import type { TelegramStatus } from '../api/shapes';
import type { TelegramState } from '../state/state';

const longestOffer = 11 * 60_000;
const usualOffer = 10 * 60_000;

/** In one line, for the list. */
export function summaryOf(isServed: boolean, telegram: TelegramState): string {
  if (!isServed) return 'Not set up on this server';
  if (telegram.kind === 'unknown') return 'One moment…';
  if (telegram.kind === 'unavailable') return 'Not available just now';
  const { link, ended } = telegram.status;
  if (link !== null) return `Linked as ${link.name}`;
  return ended === null || ended.reason === 'unlinked' ? 'Not linked' : 'Not linked any more';
}

/** Why the link has ended, if it was not by one's own word on this page; null: there is nothing to say. */
export function endOf({ bot, link, ended }: TelegramStatus): string | null {
  if (link !== null || ended === null) return null;
  if (ended.reason === 'blocked') return `Telegram says you blocked the bot @${bot}. You are told of nothing there any more.`;
  if (ended.reason === 'moved') return 'Your Telegram chat was linked with somebody else’s account here. You are told of nothing there any more.';
  if (ended.reason === 'stopped') return 'You stopped the bot in Telegram. You are told of nothing there any more.';
  return null;
}

/** Whether the end comes as a surprise: one's own /stop is none. */
export function isSurprise(status: TelegramStatus): boolean {
  return endOf(status) !== null && status.ended?.reason !== 'stopped';
}

/** How long an offer is good, by our clock; where that and the server's can't both be right, as long as usual. */
export function goodFor(expiresAt: string, now: number): number {
  const left = Date.parse(expiresAt) - now;
  return left > 0 && left <= longestOffer ? left : usualOffer;
}

export function leftText(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / 60_000);
  return minutes <= 1 ? 'less than a minute' : `${minutes} minutes`;
}
