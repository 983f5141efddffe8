// A Bot API server of the test's own (tests/support/bot_api.py): the bot, and everybody in Telegram who talks to it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../support/bot_api.py', import.meta.url));
const token = '4242:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQ_-';

export class BotApi {
  static async start(t) {
    const server = spawn('/usr/bin/python3', [script, 'serve', token], { stdio: ['pipe', 'pipe', 'inherit'] });
    t.after(async () => {
      const ended = once(server, 'exit');
      server.stdin.end();
      await ended;
    });
    const [port] = await once(server.stdout.setEncoding('utf8'), 'data');
    return new BotApi(`http://127.0.0.1:${port.trim()}`);
  }

  constructor(url) {
    this.url = url;
  }

  /** What `fanfare up` needs to find it, and to tell of messages soon. */
  settings() {
    return {
      FANFARE_WORKERS_TELEGRAM_TOKEN: token,
      FANFARE_WORKERS_TELEGRAM_API_URL: this.url,
      FANFARE_NOTIFY_GRACE: '300ms',
      FANFARE_LIMITS_PRESENCE_GRACE: '300ms',
      FANFARE_LIMITS_LEASE: '2s',
      FANFARE_LIMITS_HEARTBEAT: '400ms',
    };
  }

  /** Does something as somebody in Telegram, or looks at what the bot did. */
  async does(what, details = {}) {
    const answer = await fetch(`${this.url}/control/${what}`, { method: 'POST', body: JSON.stringify(details) });
    const { ok, error } = await answer.json();
    if (error !== undefined) throw new Error(`${what}: ${error}`);
    return ok;
  }

  sent(chat) {
    return this.does('sent', { chat });
  }
}
