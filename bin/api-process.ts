import { once } from 'node:events';
import { type ServerType, serve } from '@hono/node-server';
import { type Environment, withRequired } from './environment.ts';
import { openServices, type Services } from './services.ts';
import { stopRequested } from './shutdown.ts';

const DEFAULT_PORT = 8080;
/** A request that runs when the server stops is answered, unless it takes longer than this. */
const DRAIN_WITHIN_MS = 10_000;

export type FetchHandler = (request: Request) => Response | Promise<Response>;

/** Serves the API until it is told to stop. */
export async function runApi(
  environment: Environment,
  handlerOf: (services: Services, installationKey: string) => FetchHandler,
): Promise<void> {
  const { TANDEM_INSTALLATION_KEY } = withRequired(environment, ['TANDEM_INSTALLATION_KEY']);
  const services = await openServices(environment, 'api');
  const server = serve({
    fetch: handlerOf(services, TANDEM_INSTALLATION_KEY),
    hostname: environment.TANDEM_HOST,
    port: environment.TANDEM_PORT ?? DEFAULT_PORT,
  });
  await once(server, 'listening');
  services.logger.info({ address: server.address() }, 'listening');
  process.send?.('ready');
  await stopRequested();
  await drain(server);
  await services.close();
}

async function drain(server: ServerType): Promise<void> {
  const timer = setTimeout(
    () => 'closeAllConnections' in server && server.closeAllConnections(),
    DRAIN_WITHIN_MS,
  );
  server.close();
  await once(server, 'close');
  clearTimeout(timer);
}
