import { afterAll, beforeAll, describe } from 'vitest';
import type { CrmUser } from '../../connectors/connector.ts';
import { crmAppointments } from './crm-appointments.ts';
import { crmFolderRecords } from './crm-folder-records.ts';
import { crmMail } from './crm-mail.ts';
import { crmPeople } from './crm-people.ts';
import type { CrmScene, CrmSubject } from './crm-subject.ts';
import { crmTasks } from './crm-tasks.ts';

/** The behaviours that the product relies on, the same for every CRM. */
export function crmConformance(name: string, start: () => Promise<CrmSubject>): void {
  describe(`CRM: ${name}`, () => {
    let scene: CrmScene | undefined;

    beforeAll(async () => {
      const subject = await start();
      scene = await sceneOf(subject);
    });
    afterAll(() => scene?.subject.close());

    for (const part of [crmPeople, crmAppointments, crmTasks, crmFolderRecords, crmMail]) part(() => scene!);
  });
}

async function sceneOf(subject: CrmSubject): Promise<CrmScene> {
  const crm = subject.connection;
  const users = await crm.usersByEmail(subject.users);
  const [ann, bob] = subject.users.map(email => users.get(email.toLowerCase())![0]!) as [CrmUser, CrmUser];
  const [asAnn, asBob, reader] = await Promise.all([crm.asUser(ann), crm.asUser(bob), crm.reader()]);
  return { subject, crm, ann, bob, asAnn, asBob, reader };
}
