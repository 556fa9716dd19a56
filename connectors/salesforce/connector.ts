import type { CrmConnector } from '../connector.ts';
import { createHttp, requireAllowedHost } from '../http.ts';
import { SalesforceConnection } from './connection.ts';
import { salesforceCredentials, salesforceSettings } from './settings.ts';

/** Saves of 200 records with their triggers take their time. */
const limits = { timeoutMs: 120_000, maxBytes: 64 * 1024 * 1024 };

/** Salesforce through its REST API. */
export const salesforceConnector: CrmConnector = {
  system: 'salesforce',
  // The API makes no series, neither of Lightning nor classic ones (object reference, Event).
  keepsSeries: false,
  folderModules: ['opportunities', 'cases', 'quotes', 'custom'],
  settings: salesforceSettings,
  credentials: salesforceCredentials,
  connect(rawSettings, rawCredentials, world) {
    const settings = salesforceSettings.parse(rawSettings);
    const credentials = salesforceCredentials.parse(rawCredentials);
    requireAllowedHost(settings.loginUrl, world.allowedHosts);
    return new SalesforceConnection(settings, credentials, createHttp(world, limits), world);
  },
};
