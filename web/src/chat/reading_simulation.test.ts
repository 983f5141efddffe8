// Whatever happens in whatever order – two tabs and another device of one person, slow and lost requests, a database that
// lags behind – once it is quiet every tab shows what the server counts, and nothing of what is in sight.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import { FakeChannel, Tab } from './reading_fixture';

const worlds = 300;
const steps = 40;

/** Mulberry32. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const wait = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

class World {
  readonly tabs: Tab[];
  fails: boolean;
  private readonly random: (below: number) => number;
  private readonly authors: string[] = [];
  private stored = 0;
  private read = 0;

  /** `hard`: requests are lost, and another device reads. */
  constructor(seed: number, private readonly hard: boolean) {
    this.random = randomOf(seed);
    vi.spyOn(Math, 'random').mockImplementation(() => this.random(1_000) / 1_000);  // of back-off
    this.fails = hard;
    const server = {
      count: () => this.answer(() => Math.min(this.countStored(), 100)),
      markRead: (sequence: number) => this.answer(() => void (this.read = Math.max(this.read, sequence))),
    };
    this.tabs = [new Tab(server), new Tab(server)];
    for (const tab of this.tabs) tab.list(null);
  }

  /** What the database would count. */
  countStored(): number {
    const own = this.authors.slice(0, this.stored).lastIndexOf('me') + 1;
    const after = Math.max(own, this.read);
    return this.authors.slice(after, this.stored).filter((author) => author !== 'me').length;
  }

  step(): void {
    const tab = this.tabs[this.random(2)];
    const action = this.random(10);
    if (tab === undefined) return;
    if (action < 5) this.publish(this.random(8) === 0 ? 'me' : 'ann');
    else if (action === 5) tab.reading.subscribed('c');
    else if (action === 6) tab.state.visible.value = !tab.state.visible.value;
    else if (action === 7) tab.open([]);
    else if (action === 8) tab.state.atEnd.value = tab.state.atEnd.value === null ? 'c' : null;
    else if (this.hard) this.read = Math.max(this.read, this.random(this.stored + 1));  // on another device
  }

  stop(): void {
    for (const tab of this.tabs) tab.reading.stop();
  }

  private publish(author: string): void {
    const sequence = this.authors.push(author);
    for (const tab of this.tabs) tab.hear(sequence, author);
    setTimeout(() => (this.stored = Math.max(this.stored, sequence)), this.random(1_000));
  }

  private async answer<Result>(action: () => Result): Promise<Result> {
    const isLost = this.fails && this.random(5) === 0;
    const [there, back] = [this.random(300), this.random(300)];
    await pause(there);
    const result = isLost && this.random(2) === 0 ? undefined : action();
    await pause(back);
    if (isLost) throw new Problem('unavailable', 'lost');
    return result as Result;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('BroadcastChannel', FakeChannel);
});

afterEach(() => vi.useRealTimers());

async function runs(seed: number): Promise<void> {
  FakeChannel.channels = [];
  const hard = seed % 2 === 0;
  const world = new World(seed, hard);
  for (let step = 0; step < steps; ++step) {
    world.step();
    if (step % 3 === 0) await wait((seed * 37 + step * 91) % (seed % 3 === 0 ? 5_000 : 700));
  }
  world.fails = false;
  await wait(60_000);
  if (hard) {
    for (const tab of world.tabs) tab.reading.refresh();  // as on coming back: what another device has read is asked for
    await wait(60_000);
  }
  const truth = world.countStored();
  expect(world.tabs.map(({ unread }) => unread), `seed ${seed}`).toEqual([truth, truth]);
  if (world.tabs.some(({ isLookedAt }) => isLookedAt)) expect(truth, `seed ${seed}`).toBe(0);
  world.stop();
}

test('every tab ends with what the server counts', async () => {
  for (let seed = 1; seed <= worlds; ++seed) await runs(seed);
}, 60_000);
