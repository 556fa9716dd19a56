import { describe, it } from 'vitest';
import { MemoryCrm } from '../../connectors/memory/crm.ts';
import { MemoryOrg } from '../../connectors/memory/org.ts';
import type { CrmSubject } from './crm-subject.ts';
import { crmConformance } from './crm-suite.ts';
import { liveSalesforceSubject, salesforceSubject } from './salesforce-subject.ts';

crmConformance('memory', async (): Promise<CrmSubject> => {
  const org = new MemoryOrg(Date.now);
  const customKind = 'custom:Project__c' as const;
  org.folderKinds.add(customKind);
  for (const email of ['ann@contoso.example', 'bob@contoso.example']) org.addUser(email);
  return {
    connection: new MemoryCrm(org),
    users: ['ann@contoso.example', 'bob@contoso.example'],
    customKind,
    hand: {
      addAccount: async (name, website, ownerId) => org.addAccount(name, website, ownerId).id,
      setOwner: async (ref, ownerId) => org.setOwner(ref.id, ownerId),
      delete: async ref => org.delete(ref.id),
      invite: async (event, userId) => org.invite(event.id, userId),
      withdraw: async (event, userId) => org.withdraw(event.id, userId),
      addFolderRecord: async record => org.addFolderRecord(record).id,
      closeFolderRecord: async (_, id) => void org.changeFolderRecord(id, { isOpen: false }),
      renameFolderRecord: async (_, id, name) => void org.changeFolderRecord(id, { name }),
      deleteFolderRecord: async (_, id) => void org.changeFolderRecord(id, { deleted: true }),
      convert: async leadId => org.convert(leadId),
      merge: async (winnerId, loserId) => org.merge(winnerId, loserId),
    },
    close: async () => {},
  };
});

crmConformance('Salesforce over its emulator, each user as himself', () => salesforceSubject({}));
crmConformance('Salesforce over its emulator, without key fields', () =>
  salesforceSubject({ hasKeyFields: false }),
);
crmConformance('Salesforce over its emulator, one user with checked rights', () =>
  salesforceSubject({ signIn: 'clientSecret' }),
);
crmConformance('Salesforce over its emulator, with shared activities', () =>
  salesforceSubject({ sharedActivities: true }),
);

const live = process.env.TANDEM_LIVE_SALESFORCE;
if (live === undefined) {
  describe('CRM: Salesforce, a live org', () => {
    it.skip('TANDEM_LIVE_SALESFORCE is not set: {settings, credentials, users} as JSON', () => {});
  });
} else {
  crmConformance('Salesforce, a live org', () => liveSalesforceSubject(live));
}
