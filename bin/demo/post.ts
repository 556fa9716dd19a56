import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { Emulated } from '../emulators.ts';
import { CATEGORY } from './configuration.ts';
import { type Correspondent, type Letter, letters } from './letters.ts';
import { request } from './request.ts';

const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
const delivered = z.object({ id: z.string() });
const listed = z.object({ value: z.array(z.object({ id: z.string(), displayName: z.string() })) });
const token = z.object({ access_token: z.string() });

/**
 * Delivers the letters of the demo, each where its user would have dropped it; false while a mailbox does not have its
 * folders yet.
 */
export async function deliverLetters(graph: Emulated['graph']): Promise<boolean> {
  const outlook = await openOutlook(graph);
  const placed = await Promise.all(
    letters.map(async letter => ({ letter, folder: await folderOf(outlook, letter) })),
  );
  const ready = placed.flatMap(({ letter, folder }) => (folder === null ? [] : [{ letter, folder }]));
  if (ready.length < letters.length) return false;
  for (const { letter, folder } of ready) await deliver(graph, outlook, letter, folder);
  return true;
}

async function deliver(
  graph: Emulated['graph'],
  outlook: Outlook,
  letter: Letter,
  folder: string,
): Promise<void> {
  const mailbox = letter.mailbox.mail;
  const eml = (await written(letter)).toString('base64');
  const { id } = delivered.parse(
    await request('POST', `${graph.control}/deliver`, { body: { mailbox, folder, eml } }),
  );
  if (letter.place.type === 'sent')
    await outlook('PATCH', mailbox, `messages/${id}`, { categories: [CATEGORY] });
}

/** The folder's id, or its name where every mailbox has it. */
async function folderOf(outlook: Outlook, { mailbox, place }: Letter): Promise<string | null> {
  if (place.type === 'sent') return 'sentitems';
  let path = 'mailFolders';
  let id: string | null = null;
  for (const name of [CATEGORY, ...place.folders]) {
    const { value } = listed.parse(await outlook('GET', mailbox.mail, `${path}?$top=100`));
    const found = value.find(({ displayName }) => displayName.endsWith(name));
    if (!found) return null;
    id = found.id;
    path = `mailFolders/${id}/childFolders`;
  }
  return id;
}

async function written({ name, from, to, cc, subject, text, file }: Letter): Promise<Buffer> {
  const { message } = await writer.sendMail({
    ...{ from: nameAddress(from), to: to.map(nameAddress), cc: cc.map(nameAddress), subject, text },
    messageId: `<${name}.demo@${from.mail.split('@', 2)[1]}>`,
    attachments: file ? [file] : [],
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return message as Buffer;
}

function nameAddress({ firstName, lastName, mail }: Correspondent) {
  return { name: `${firstName} ${lastName}`, address: mail };
}

type Outlook = (method: string, mailbox: string, path: string, body?: object) => Promise<unknown>;

/** The mailboxes by Graph itself. */
export async function openOutlook({
  baseUrl,
  tokenUrl,
  clientId,
  clientSecret,
}: Emulated['graph']): Promise<Outlook> {
  const response = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' },
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  const { access_token } = token.parse(await response.json());
  return (method, mailbox, path, body) =>
    request(method, `${baseUrl}/users/${mailbox}/${path}`, { token: access_token, ...(body && { body }) });
}
