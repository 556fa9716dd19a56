import type { CrmPerson, PersonField } from '../../sync/record.ts';
import type { CrmSession } from '../connector.ts';
import type { People } from './people.ts';
import type { UserSchema } from './schema.ts';
import type { PersonKind } from './shape.ts';
import { and, instant, list, text } from './soql.ts';
import type { SalesforceWire } from './wire.ts';

export type Attempt = Parameters<CrmSession['findCreated']>[0][number];

/** Keys have up to 255 characters: Salesforce takes addresses of 16,384 bytes. */
const valuesPerQuery = 40;
/** What a person is recognised by where the org has no key field of ours. */
const naturalKey: readonly PersonField[] = ['firstName', 'lastName', 'email1'];

/** What earlier attempts have left behind: by our key where the org has the field, else by name and address. */
export async function findCreated(
  wire: SalesforceWire,
  schema: UserSchema,
  people: People,
  attempts: readonly Attempt[],
): Promise<Map<string, CrmPerson>> {
  const found = new Map<string, CrmPerson>();
  for (const kind of ['contact', 'lead'] as const) {
    const own = attempts.filter(attempt => attempt.kind === kind);
    if (own.length === 0) continue;
    const keyColumn = await schema.using(async shapes => shapes[kind].keyColumn);
    const entries =
      keyColumn === null
        ? await byNaturalKey(wire, people, kind, own)
        : await byKey(people, kind, keyColumn, own);
    for (const [key, person] of entries) found.set(key, person);
  }
  return found;
}

async function byKey(
  people: People,
  kind: PersonKind,
  keyColumn: string,
  attempts: readonly Attempt[],
): Promise<[string, CrmPerson][]> {
  const keys = attempts.map(attempt => attempt.key);
  const found = await people.where(kind, keys, valuesPerQuery, group => `${keyColumn} IN ${list(group)}`);
  return found.flatMap((person): [string, CrmPerson][] =>
    person.key === undefined ? [] : [[person.key, person]],
  );
}

async function byNaturalKey(
  wire: SalesforceWire,
  people: People,
  kind: PersonKind,
  attempts: readonly Attempt[],
): Promise<[string, CrmPerson][]> {
  const { userId } = await wire.signIn();
  const sinceMs = Math.min(...attempts.map(attempt => attempt.sinceMs));
  const names = attempts.map(attempt => attempt.fields.lastName ?? '');
  const candidates = await people.where(kind, names, valuesPerQuery, group =>
    and(`LastName IN ${list(group)}`, `CreatedById = ${text(userId)}`, `CreatedDate >= ${instant(sinceMs)}`),
  );
  return attempts.flatMap((attempt): [string, CrmPerson][] => {
    const person = candidates.find(candidate => isResultOf(attempt, candidate));
    return person === undefined ? [] : [[attempt.key, person]];
  });
}

function isResultOf(attempt: Attempt, person: CrmPerson): boolean {
  const sinceSecond = Math.floor(attempt.sinceMs / 1000) * 1000;
  return (
    person.createdAtMs >= sinceSecond &&
    naturalKey.every(field => isSame(attempt.fields[field], person.fields[field]))
  );
}

function isSame(sent: string | null | undefined, kept: string | null | undefined): boolean {
  return (sent ?? '').trim().toLowerCase() === (kept ?? '').trim().toLowerCase();
}
