import type { CrmMail, EmailDraft, LinkedPerson } from '../../connectors/archive.ts';
import type { ArchivedCopy, Party } from '../../sync/mail/copy.ts';
import { type ActivityOrg, activityOrg } from './salesforce-activities.ts';

type Row = Readonly<Record<string, unknown>>;

/** An org with people and a deal of Ann's, and what stands in it as its administrator sees it. */
export interface MailOrg extends ActivityOrg {
  readonly mail: CrmMail;
  readonly accountId: string;
  readonly contactId: string;
  readonly leadId: string;
  readonly dealId: string;
  readonly caseId: string;
  query(soql: string): Promise<Row[]>;
  setEmail(switches: object): Promise<unknown>;
}

export const contactAddress = "o'brien@fabrikam.example";
export const leadAddress = 'lea@lead.example';

export async function mailOrg(): Promise<MailOrg> {
  const org = await activityOrg();
  const { salesforce } = org;
  const OwnerId = org.ann.id;
  const deal = { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2027-01-31', OwnerId };
  const [accountId, contactId, leadId, dealId, caseId] = (await org.load(
    { attributes: { type: 'Account', referenceId: 'fabrikam' }, Name: 'Fabrikam', OwnerId },
    {
      attributes: { type: 'Contact' },
      LastName: "O'Brien",
      Email: contactAddress,
      AccountId: '@{fabrikam.id}',
      OwnerId,
    },
    { attributes: { type: 'Lead' }, LastName: 'Lea', Company: 'L', Email: leadAddress, OwnerId },
    { attributes: { type: 'Opportunity' }, AccountId: '@{fabrikam.id}', ...deal },
    { attributes: { type: 'Case' }, Subject: 'It hums', OwnerId },
  )) as [string, string, string, string, string];
  const token = await administratorsToken(salesforce.url, salesforce.byClientSecret);
  return {
    ...org,
    mail: org.asAnn.mail(),
    ...{ accountId, contactId, leadId, dealId, caseId },
    query: async soql => {
      const answer = await fetch(
        `${salesforce.url}/services/data/v66.0/query?q=${encodeURIComponent(soql)}`,
        {
          headers: { authorization: `Bearer ${token}` },
        },
      );
      if (!answer.ok) throw new Error(await answer.text());
      const { records } = (await answer.json()) as { records: Row[] };
      return records.map(({ attributes: _, ...row }) => row);
    },
    setEmail: switches => salesforce.control('PUT', 'email', switches),
  };
}

async function administratorsToken(url: string, credentials: object): Promise<string> {
  const { clientId, clientSecret } = credentials as { clientId: string; clientSecret: string };
  const answer = await fetch(`${url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

export function party(role: Party['role'], address: string | null, written = address ?? ''): Party {
  return { role, name: null, address, written };
}

let lastMessage = 0;
export function copyOf(more: Partial<ArchivedCopy> = {}): ArchivedCopy {
  const identity = `message ${lastMessage++}`;
  return {
    identity,
    messageId: `${identity.replace(' ', '-')}@fabrikam.example`,
    parties: [party('from', contactAddress), party('to', 'ann@contoso.example')],
    subject: identity,
    text: 'Dear Ann',
    html: '<p>Dear Ann</p>',
    dateMs: Date.parse('2026-05-04T09:30:12.345Z'),
    isIncoming: true,
    isWhole: true,
    ...more,
  };
}

export function draftOf(copy: ArchivedCopy, more: Partial<EmailDraft> = {}): EmailDraft {
  return { key: `key of ${copy.identity}`, copy, people: [], related: null, heldId: null, ...more };
}

export const linked = (
  role: LinkedPerson['role'],
  kind: LinkedPerson['kind'],
  id: string,
  address: string,
) => ({
  role,
  kind,
  id,
  address,
});

export async function archived(mail: CrmMail, draft: EmailDraft): Promise<string> {
  const [outcome] = await mail.archive([draft]);
  if (!outcome!.ok) throw outcome!.failure;
  return outcome!.value.id;
}

export function traceOf({ identity, messageId, parties, dateMs, subject }: ArchivedCopy) {
  const from = parties.find(({ role }) => role === 'from')?.address ?? null;
  return { key: identity, messageId, from, dateMs, subject };
}
