import { dateOf } from './agenda.ts';
import { type Crm, createOnce, type Ids, idsBy } from './crm-api.ts';
import { cases, opportunities } from './pipeline.ts';

/** Opportunities, and cases of contacts, each its account's owner's. */
export async function loadPipeline(crm: Crm, users: Ids, nowMs: number): Promise<void> {
  const accounts = await idsBy(crm, 'Account', 'Name');
  const people = await idsBy(crm, 'Contact', 'Email');
  await createOnce(
    crm,
    'Opportunity',
    opportunities.map(({ name, account, stage, amount, closesOnDay }) => ({
      ...{ Name: name, AccountId: accounts.get(account.name), OwnerId: users.get(account.owner.mail) },
      ...{ StageName: stage, Amount: amount, CloseDate: dateOf(closesOnDay, nowMs) },
    })),
  );
  await createOnce(
    crm,
    'Case',
    cases.map(({ subject, person, priority }) => ({
      ...{ Subject: subject, Priority: priority, Status: 'New', Origin: 'Email' },
      ...{ ContactId: people.get(person.mail), OwnerId: users.get(person.company.owner.mail) },
    })),
  );
}
