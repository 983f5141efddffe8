// What several tabs of one browser share: the cookie with the refresh token, good for one use each. So they take turns,
// and tell each other when somebody logs out.

/** Runs `action` while no other tab runs one. Without Web Locks (no TLS and not localhost) tabs don't wait. */
export function alone<Result>(action: () => Promise<Result>): Promise<Result> {
  if (!('locks' in navigator)) return action();
  return new Promise((resolve, reject) => {
    void navigator.locks.request('fanfare-session', () => action().then(resolve, reject));
  });
}

export class OtherTabs {
  private readonly channel = new BroadcastChannel('fanfare-session');

  constructor(onLogOut: () => void) {
    this.channel.onmessage = onLogOut;
  }

  tellLogOut(): void {
    this.channel.postMessage('logged_out');
  }
}
