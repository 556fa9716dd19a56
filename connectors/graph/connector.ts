import type { MailboxConnector } from '../connector.ts';
import { createHttp, isAllowedHost, requireAllowedHost } from '../http.ts';
import { GraphClient } from './client.ts';
import { GraphConnection } from './connection.ts';
import { graphCredentials, graphSettings } from './settings.ts';
import { GraphToken, tokenUrl } from './token.ts';

const limits = { timeoutMs: 30_000, maxBytes: 64 * 1024 * 1024 };
/** An attachment of 35 MB, the usual limit of a message, is 47 MB of base64. */
const contentLimits = { timeoutMs: 120_000, maxBytes: limits.maxBytes };

/** Microsoft 365 mailboxes through Microsoft Graph v1.0. */
export const graphConnector: MailboxConnector = {
  system: 'graph',
  settings: graphSettings,
  credentials: graphCredentials,
  connect(rawSettings, rawCredentials, world) {
    const settings = graphSettings.parse(rawSettings);
    const credentials = graphCredentials.parse(rawCredentials);
    for (const address of [settings.baseUrl, tokenUrl(settings)])
      requireAllowedHost(address, world.allowedHosts);
    const http = createHttp(world, limits);
    const token = new GraphToken(http, settings, credentials, world);
    return new GraphConnection({
      client: new GraphClient(settings.baseUrl, http, token),
      contentClient: new GraphClient(settings.baseUrl, createHttp(world, contentLimits), token),
      tenantId: settings.tenantId,
      clientId: credentials.clientId,
      now: world.now,
      isAllowedLink: url => isAllowedHost(url, world.allowedHosts),
    });
  },
};
