// Which end of a link with Telegram somebody has been told of and does not want to be told again; kept in this browser.

const name = 'fanfare-telegram-end';

/** The time of that end. */
export function dismissed(): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;  // the browser keeps nothing
  }
}

export function dismiss(end: string): string {
  try {
    localStorage.setItem(name, end);
  } catch {
    // It is told again after a reload.
  }
  return end;
}
