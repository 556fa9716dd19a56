import type { GraphServiceOptions } from '../../../emulators/graph/open.ts';
import { openCalendar } from './calendar-under-test.ts';

export const mailbox = 'ada@example.com';
export const stable = { prefer: 'IdType="ImmutableId"' };

/** The lines of a message as they go over the wire. */
export const eml = (...lines: string[]) => lines.join('\r\n');

export const base64 = (content: string | Uint8Array) => Buffer.from(content).toString('base64');

/** A tenant with three mailboxes into which messages arrive. */
export async function openMail(options: GraphServiceOptions = {}) {
  const tenant = await openCalendar(options);
  const messages = `${mailbox}/messages`;
  return {
    ...tenant,
    deliver: (content: string | Uint8Array, folder = 'inbox', to = mailbox) =>
      tenant.control('POST', 'deliver', { mailbox: to, folder, eml: base64(content) }),
    /** What a message is to a client, by its id. */
    read: async (id: string, query = '', headers?: Record<string, string>) =>
      (await tenant.get(`${messages}/${id}${query}`, headers)).body,
    create: async (body: unknown, folder = 'inbox') => {
      const answer = await tenant.post(`${mailbox}/mailFolders/${folder}/messages`, body);
      if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    subjects: async (path: string): Promise<string[]> => {
      const { status, body } = await tenant.get(path);
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      return body.value.map(({ subject }: { subject: string }) => subject);
    },
  };
}

export type MailUnderTest = Awaited<ReturnType<typeof openMail>>;

const TAG = 'Integer 0x0E07';

/** What makes a message that was posted anything but a draft. */
export const received = (flags = '4') => ({ singleValueExtendedProperties: [{ id: TAG, value: flags }] });
