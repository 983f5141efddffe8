// Somebody in a browser and somebody at a telnet, through two front-ends of which one is a plug-in.
import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';
import test from 'node:test';
import { becomes, eventually } from './eventually.mjs';
import { Person, openBrowser, password } from './people.mjs';
import { System, freePorts } from './system.mjs';

class Telnet {
  static async connect(t, port) {
    const socket = net.connect(port, '127.0.0.1');
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return new Telnet(socket);
  }

  constructor(socket) {
    this.socket = socket;
    this.text = '';
    socket.setEncoding('utf8').on('data', (text) => (this.text += text));
  }

  type(...lines) {
    for (const line of lines) this.socket.write(`${line}\r\n`);
  }

  shows(text) {
    return eventually(() => this.text.includes(text), () => `${text} in ${this.text}`);
  }
}

test('a browser and a telnet talk to each other', async (t) => {
  const [port] = await freePorts(1);
  const plugins = `plugins: {line_chat: {command: "plugins/line_chat/line_chat.py ${port}"}}\n`;
  const system = await System.start(t, {}, plugins);
  const browser = await openBrowser(t);
  const [ann, ben] = await Promise.all([
    Person.registered(browser, system.address(), 'ann', 'Ann Archer'),
    Person.registered(browser, system.address(), 'ben', 'Ben Okafor'),
  ]);
  await ann.talkTo('ben', 'Ben Okafor');
  await ann.say('Are you there?');
  await ben.page.close();

  const telnet = await Telnet.connect(t, port);
  telnet.type('ben', password, '/list', '/join Ann Archer');
  await telnet.shows('1  Ann Archer');
  await telnet.shows('[Ann Archer] Are you there?');
  telnet.type('<b>Here</b>, at a telnet');
  await ann.sees('<b>Here</b>, at a telnet');
  await ann.say('I can see that');
  await telnet.shows('[Ann Archer] I can see that');

  await system.comesBack('broker', await system.kill('broker'));
  telnet.type('after the broker was killed');
  await ann.sees('after the broker was killed');
  const all = ['Are you there?', '<b>Here</b>, at a telnet', 'I can see that', 'after the broker was killed'];
  await becomes(() => ann.texts(), all);
  await ann.reload();
  await ann.open('Ben Okafor');
  await becomes(() => ann.texts(), all);
  assert.deepEqual(ann.errors, []);
});
