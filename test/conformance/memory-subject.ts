import type { MemoryMailbox } from '../../connectors/memory/mailbox.ts';
import { MemoryTenant } from '../../connectors/memory/tenant.ts';
import { momentsOf, textOfParticipants, textOfSpan } from '../../sync/calendar/text-form.ts';
import { wallTime } from '../../sync/calendar/zones.ts';
import { readMail } from './delivered-mail.ts';
import { type MailboxSubject, newAppointment } from './mailbox-subject.ts';
import { createFolder } from './one-folder.ts';

const address = 'ann@contoso.example';
const dayMs = 86_400_000;

export async function memorySubject(): Promise<MailboxSubject> {
  const connection = new MemoryTenant([address], Date.now);
  const mailbox = connection.mailbox(address);
  return {
    connection,
    address,
    move: async (itemId, containerId) => mailbox.move(itemId, containerId),
    deleteContactFolder: async id => mailbox.deleteContactFolder(id),
    deletedTaskList: async () => 'deleted',
    addDailySeries: (subject, span, occurrences) => addDailySeries(mailbox, subject, span, occurrences),
    outsider: 'outsider@fabrikam.example',
    invite: (organizer, subject, span) => invite(mailbox, organizer, subject, span),
    respond: async (itemId, answer) =>
      mailbox.setMeeting(itemId, { response: answer === 'accept' ? 'accepted' : 'declined' }),
    callOff: async itemId => mailbox.setMeeting(itemId, { isCancelled: true }),
    deliver: async (folderId, mail) => {
      const { message, contents } = await readMail(mail, Date.now());
      return mailbox.deliver(folderId, message, contents);
    },
    purgeMailFolder: async id => mailbox.purgeMailFolder(id),
    addHiddenMailFolder: async (parentId, name) =>
      (await createFolder(mailbox.mail(), parentId, name, 'hidden')).id,
    close: async () => {},
  };
}

async function addDailySeries(mailbox: MemoryMailbox, subject: string, span: string, occurrences: number) {
  const events = mailbox.items('event');
  const series = await newAppointment(events, `series ${subject}`, { subject, span });
  mailbox.setMeeting(series.itemId, { type: 'series' });
  for (let day = 0; day < occurrences; day++) {
    const key = `${subject} ${day}`;
    const { itemId } = await newAppointment(events, key, { subject, span: daysLater(span, day) });
    const originalStartMs = momentsOf(span, 'UTC').startMs + day * dayMs;
    mailbox.setMeeting(itemId, { type: 'occurrence', seriesId: series.itemId, originalStartMs });
  }
  return series.itemId;
}

function daysLater(span: string, days: number): string {
  const { startMs, endMs } = momentsOf(span, 'UTC');
  const at = (ms: number) => ({ local: wallTime(ms + days * dayMs, 'UTC'), zone: 'UTC' });
  return textOfSpan({ allDay: false, start: at(startMs), end: at(endMs) });
}

async function invite(mailbox: MemoryMailbox, organizer: string, subject: string, span: string) {
  const participants = textOfParticipants([
    { address: organizer, name: null, role: 'organizer', response: 'accepted' },
    { address, name: null, role: 'required', response: 'none' },
  ]);
  const fields = { subject, span, participants };
  const { itemId } = await newAppointment(mailbox.items('event'), `invited ${subject}`, fields);
  mailbox.setMeeting(itemId, { isOrganizer: false, organizer, response: 'none' });
  return itemId;
}
