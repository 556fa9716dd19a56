import { parseArgs } from 'node:util';
import { startGraphEmulator } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    host: { type: 'string' },
    'state-file': { type: 'string' },
    'link-origin': { type: 'string' },
  },
});

const portText = values.port ?? process.env.GRAPH_EMULATOR_PORT ?? '0';
const port = Number(portText);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  throw new Error(`--port (or GRAPH_EMULATOR_PORT) must be a number from 0 to 65535, not "${portText}".`);
}
const stateFile = values['state-file'] ?? process.env.GRAPH_EMULATOR_STATE_FILE;
const linkOrigin = values['link-origin'] ?? process.env.GRAPH_EMULATOR_LINK_ORIGIN;

const emulator = await startGraphEmulator({
  port,
  ...(values.host !== undefined && { host: values.host }),
  ...(stateFile !== undefined && { stateFile }),
  ...(linkOrigin !== undefined && { linkOrigin }),
});
process.stdout.write(`${JSON.stringify({ url: emulator.url, control: `${emulator.url}/_emulator` })}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    emulator.close().then(() => process.exit(0));
  });
}
