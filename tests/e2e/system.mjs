// A Fanfare of the test's own: the shipped `fanfare up` in a temporary folder on free ports. What it started ends with it.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually, slowness } from './eventually.mjs';

const program = path.join(process.env.FANFARE_BIN_DIR, 'fanfare');
const run = promisify(execFile);

export class System {
  /** With everything that `settings`, names and values of the environment, do not turn off, and `file` as fanfare.yaml. */
  static async start(t, settings = {}, file = '') {
    const folder = await mkdtemp(path.join(tmpdir(), 'fanfare-e2e-'));
    await writeFile(path.join(folder, 'fanfare.yaml'), file);
    const [broker, http, websocket] = await freePorts(3);
    const system = new System(folder, http, websocket, {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('FANFARE_'))),
      FANFARE_BROKER_LISTEN: `tcp://127.0.0.1:${broker}`,
      FANFARE_BROKER_ADDRESS: `tcp://127.0.0.1:${broker}`,
      FANFARE_FRONTENDS_HTTP_LISTEN: `127.0.0.1:${http}`,
      FANFARE_FRONTENDS_WEBSOCKET_LISTEN: `127.0.0.1:${websocket}`,
      ...settings,
    });
    t.after(async () => {
      await system.stop();
      await rm(folder, { recursive: true });
    });
    await system.up();
    return system;
  }

  constructor(folder, http, websocket, environment) {
    this.folder = folder;
    this.http = http;
    this.websocket = websocket;
    this.environment = environment;
    this.log = '';
  }

  address(host = 'localhost') {
    return `http://${host}:${this.http}/`;
  }

  async up() {
    this.process = spawn(program, ['up'], { cwd: this.folder, env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const output of [this.process.stdout, this.process.stderr]) output.on('data', (text) => (this.log += text));
    await this.ready();
  }

  async ready() {
    try {
      await this.fanfare('status', '--wait', `${30 * slowness}s`);
    } catch (error) {
      throw new Error(`fanfare is not ready: ${error.stderr ?? error}\n${this.log}`);
    }
  }

  /** As Ctrl-C does. */
  async stop() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGINT');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 20_000 * slowness);
    await ended;
    clearTimeout(timer);
  }

  async restart() {
    await this.stop();
    await this.up();
  }

  /** Kills one of the processes, without a chance to say goodbye. `fanfare up` starts it again. */
  async kill(name) {
    const before = await this.find(name);
    process.kill(before.pid, 'SIGKILL');
    return before.pid;
  }

  /** Waits until another process than `killed` does its work. */
  async comesBack(name, killed) {
    await eventually(
      async () => {
        const row = await this.find(name).catch(() => undefined); // without the broker there is no status
        return row?.state === 'ready' && row.pid !== killed;
      },
      () => `${name} comes back\n${this.log}`,
    );
    await this.ready();
  }

  async find(name) {
    const { stdout } = await this.fanfare('status', '--json');
    return (JSON.parse(stdout).processes ?? []).find((row) => row.name === name);
  }

  fanfare(...args) {
    return run(program, args, { cwd: this.folder, env: this.environment, timeout: 60_000 * slowness });
  }
}

/** All different: each is held until the last one is found. */
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
