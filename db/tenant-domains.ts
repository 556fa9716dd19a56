import { sql } from 'kysely';
import type { Transaction } from './transaction.ts';

/** The domains of the mailboxes that are synchronized over a connection: the tenant has at least these. */
export async function tenantDomains(tx: Transaction, mailboxConnectionId: string): Promise<string[]> {
  const { rows } = await sql<{ domain: string }>`
    select distinct split_part(lower(p.mailbox), '@', 2) as domain
    from pairings p join policies o on o.id = p.policy_id
    where o.mailbox_connection_id = ${mailboxConnectionId} and p.mailbox like '%@%'
    order by 1`.execute(tx);
  return rows.map(({ domain }) => domain);
}
