import type { CrmConnector, MailboxConnector } from './connector.ts';
import { graphConnector } from './graph/connector.ts';
import { salesforceConnector } from './salesforce/connector.ts';

export type {
  CrmConnection,
  CrmConnector,
  CrmUser,
  MailboxConnection,
  MailboxConnector,
  MailboxIdentity,
} from './connector.ts';
export type { World } from './world.ts';

/** The systems that a connection can name. A new one is a folder and a line here. */
export const mailboxConnectors: ReadonlyMap<string, MailboxConnector> = bySystem([graphConnector]);
export const crmConnectors: ReadonlyMap<string, CrmConnector> = bySystem([salesforceConnector]);

/** The vendors' clouds: the host list of an installation, before its operator adds to it. */
export const vendorHosts: readonly string[] = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'graph.microsoft.com',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'microsoftgraph.chinacloudapi.cn',
  'login.salesforce.com',
  'test.salesforce.com',
  '*.my.salesforce.com',
];

function bySystem<T extends { readonly system: string }>(connectors: readonly T[]): ReadonlyMap<string, T> {
  return new Map(connectors.map(connector => [connector.system, connector]));
}
