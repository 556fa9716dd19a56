import { afterAll, beforeAll, describe } from 'vitest';
import { mailboxAppointments } from './mailbox-appointments.ts';
import { mailboxFolders } from './mailbox-folders.ts';
import { mailboxMail } from './mailbox-mail.ts';
import { mailboxPeople } from './mailbox-people.ts';
import type { MailboxScene, MailboxSubject } from './mailbox-subject.ts';
import { mailboxTasks } from './mailbox-tasks.ts';

/** The behaviours that the product relies on, the same for every mailbox system. */
export function mailboxConformance(name: string, start: () => Promise<MailboxSubject>): void {
  describe(`mailbox: ${name}`, () => {
    let scene: MailboxScene | undefined;

    beforeAll(async () => {
      const subject = await start();
      scene = { subject, mailbox: subject.connection.mailbox(subject.address) };
    });
    afterAll(() => scene?.subject.close());

    const parts = [mailboxPeople, mailboxAppointments, mailboxTasks, mailboxFolders, mailboxMail];
    for (const part of parts) part(() => scene!);
  });
}
