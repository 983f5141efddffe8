// What the tabs of one browser tell each other of one person's reading, so that none shows as new what another has shown.
import type { Mute } from '../api/shapes';
import type { Position } from '../model/position';

export type TabNews =
  | { kind: 'read'; conversation: string; position: Position }
  | { kind: 'told'; conversation: string }
  | { kind: 'muted'; conversation: string; muted: Mute | null };

export class Tabs {
  private readonly channel = new BroadcastChannel('fanfare-reading');

  /** `me`: tabs of a page that is another version or another person's are not listened to. */
  constructor(private readonly me: string, onNews: (news: TabNews) => void) {
    this.channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const { version, person, news } = (data ?? {}) as { version?: unknown; person?: unknown; news?: TabNews };
      if (version === 1 && person === me && news !== undefined) onNews(news);
    };
  }

  tell(news: TabNews): void {
    this.channel.postMessage({ version: 1, person: this.me, news });
  }

  close(): void {
    this.channel.close();
  }
}
