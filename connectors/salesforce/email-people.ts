import { type FailureKind, SyncFailure } from '../../sync/failure.ts';
import type { Role } from '../../sync/mail/message.ts';
import type { LinkedPerson } from '../archive.ts';
import { allRows } from './all-rows.ts';
import { insertAll } from './inserts.ts';
import { chunks, list } from './soql.ts';
import type { SalesforceWire } from './wire.ts';

const emailsPerQuery = 200;

const relationTypes: Readonly<Record<Role, string>> = {
  from: 'FromAddress',
  to: 'ToAddress',
  cc: 'CcAddress',
  bcc: 'BccAddress',
};

export interface Linking {
  readonly emailId: string;
  readonly people: readonly LinkedPerson[];
}

/**
 * Relates people to e-mails that the CRM holds, those who are not yet: the lists of ids of a new one know no sender. Answers
 * what was refused, by e-mail.
 */
export async function linkPeople(
  wire: SalesforceWire,
  linkings: readonly Linking[],
): Promise<Map<string, SyncFailure>> {
  const wanted = linkings.filter(({ people }) => people.length > 0);
  if (wanted.length === 0) return new Map();
  const known = await relatedPeople(wire, [...new Set(wanted.map(({ emailId }) => emailId))]);
  const missing = new Map(
    wanted.flatMap(({ emailId, people }) =>
      people.flatMap(({ role, id }) => {
        const name = relationName(emailId, relationTypes[role], id);
        if (known.has(name)) return [];
        return [
          [name, { EmailMessageId: emailId, RelationId: id, RelationType: relationTypes[role] }],
        ] as const;
      }),
    ),
  );
  const records = [...missing.values()];
  const results = await insertAll(wire, 'EmailMessageRelation', records);
  const refused = new Map<string, SyncFailure>();
  results.forEach((result, index) => {
    if (result.ok) return;
    const { EmailMessageId, RelationId } = records[index]!;
    const failure = isAbout(RelationId, result.failure) ? gone(RelationId, result.failure) : result.failure;
    const before = refused.get(EmailMessageId);
    if (before === undefined || isRuleOfOrg(before)) refused.set(EmailMessageId, failure);
  });
  return refused;
}

async function relatedPeople(wire: SalesforceWire, emailIds: readonly string[]): Promise<Set<string>> {
  const relations = await relationsOf(wire, emailIds);
  return new Set(relations.map(({ emailId, type, personId }) => relationName(emailId, type, personId)));
}

/** Ids of the people whom e-mails lead to, by e-mail. */
export async function peopleOfEmails(
  wire: SalesforceWire,
  emailIds: readonly string[],
): Promise<Map<string, string[]>> {
  const relations = Map.groupBy(await relationsOf(wire, emailIds), ({ emailId }) => emailId);
  return new Map(
    [...relations].map(([id, people]) => [id, [...new Set(people.map(({ personId }) => personId))]]),
  );
}

async function relationsOf(wire: SalesforceWire, emailIds: readonly string[]) {
  const found: { readonly emailId: string; readonly type: string; readonly personId: string }[] = [];
  for (const group of chunks(emailIds, emailsPerQuery)) {
    const rows = await allRows(
      wire,
      'EmailMessageRelation',
      'Id, EmailMessageId, RelationId, RelationType',
      `EmailMessageId IN ${list(group)} AND RelationId != null`,
    );
    for (const { EmailMessageId, RelationId, RelationType } of rows)
      found.push({
        emailId: String(EmailMessageId),
        type: String(RelationType),
        personId: String(RelationId),
      });
  }
  return found;
}

function relationName(emailId: string, type: string, personId: string): string {
  return `${emailId} ${type} ${personId}`;
}

/** Somebody whom the user saw when the message was matched, and sees no more, or a lead that was converted since. */
function isAbout(personId: string, { native, message, fields = [] }: SyncFailure): boolean {
  if (native === 'CANNOT_UPDATE_CONVERTED_LEAD') return true;
  const isNamed = fields.includes('RelationId') || message.includes(personId.slice(0, 15));
  return native === 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY' && isNamed;
}

function gone(personId: string, cause: SyncFailure): SyncFailure {
  const { native, message } = cause;
  const facts = { cause, ...(native !== undefined && { native }) };
  return new SyncFailure('gone', `the e-mail is not related to ${personId}: ${message}`, facts);
}

const kindsOfOrg: ReadonlySet<FailureKind> = new Set(['forbidden', 'schema']);

/** Whether the org takes no relations for an e-mail that is no draft: who sent it is then told by its address alone. */
export function isRuleOfOrg({ kind }: SyncFailure): boolean {
  return kindsOfOrg.has(kind);
}
