import { parseArgs } from 'node:util';
import { startSalesforceEmulator } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    state: { type: 'string' },
  },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port must be a number from 0 to 65535, not ${values.port}`);
  process.exit(2);
}

const emulator = await startSalesforceEmulator({
  port,
  host: values.host,
  ...(values.state === undefined ? {} : { stateFile: values.state }),
});
console.log(JSON.stringify({ url: emulator.url, port: emulator.port }));

async function stop(): Promise<void> {
  await emulator.close();
  process.exit(0);
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
