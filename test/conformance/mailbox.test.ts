import { describe, it } from 'vitest';
import { MemoryTenant } from '../../connectors/memory/tenant.ts';
import { graphSubject, liveGraphSubject } from './graph-subject.ts';
import { mailboxConformance } from './mailbox-suite.ts';

mailboxConformance('memory', async () => {
  const connection = new MemoryTenant(['ann@contoso.example'], Date.now);
  const mailbox = connection.mailbox('ann@contoso.example');
  return {
    connection,
    address: 'ann@contoso.example',
    move: async (itemId, containerId) => mailbox.move(itemId, containerId),
    deleteContactFolder: async id => mailbox.deleteContactFolder(id),
    close: async () => {},
  };
});

mailboxConformance('Microsoft Graph over its emulator', graphSubject);

const live = process.env.TANDEM_LIVE_GRAPH;
if (live === undefined) {
  describe('mailbox: Microsoft Graph, a live tenant', () => {
    it.skip('TANDEM_LIVE_GRAPH is not set: {settings, credentials, address} as JSON', () => {});
  });
} else {
  mailboxConformance('Microsoft Graph, a live tenant', () => liveGraphSubject(live));
}
