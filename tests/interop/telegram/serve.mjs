// telegram-test-api on a free port, which it prints first; it ends with its standard input. Quiet: nobody reads more.
import {createServer} from 'node:net';
import {createRequire} from 'node:module';

const TelegramServer = createRequire(import.meta.url)('telegram-test-api');

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const {port} = probe.address();
    probe.close(() => resolve(port));
  });
});
await new TelegramServer({port, host: '127.0.0.1', storeTimeout: 600}).start();
console.log(port);
process.stdin.on('end', () => process.exit(0)).resume();
