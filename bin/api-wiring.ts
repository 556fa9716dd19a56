import { createHash } from 'node:crypto';
import { createApp } from '../api/app.ts';
import { crmConnectors, mailboxConnectors } from '../connectors/registry.ts';
import type { FetchHandler } from './api-process.ts';
import type { Services } from './services.ts';

/** Gives the API what it needs from outside. */
export function apiHandler(services: Services, installationKey: string): FetchHandler {
  const { database, workflows, world, logger, environment } = services;
  const app = createApp({
    ...{ database, workflows, world, logger, mailboxConnectors, crmConnectors },
    installationKeyHash: createHash('sha256').update(installationKey).digest(),
    clock: () => world.now(),
    payloadCodec: services.payloadCodec,
    temporalUi: {
      url: environment.TANDEM_TEMPORAL_UI_URL ?? '',
      namespace: services.namespace,
    },
    allowedHosts: new Set(environment.TANDEM_API_NAMES),
  });
  return request => app.fetch(request);
}
