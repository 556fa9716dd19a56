import { z } from '@hono/zod-openapi';
import type { Transaction } from '../db/transaction.ts';
import type { UnmatchedView } from '../db/unmatched-view.ts';
import { whyUnmatched } from '../sync/mail/unmatched.ts';
import { maskText } from './masking.ts';
import type { RecordUrls, UrlOf } from './record-urls.ts';
import { moment } from './route.ts';

export const unmatchedStates = ['open', 'wanted', 'created', 'ignored', 'excluded'] as const;

export const unmatchedSchema = z
  .object({
    id: z.string().openapi({ example: 'una_k3v9q2m7x1c8b5n4z6f0' }),
    address: z.string().openapi({ description: 'Masked, see reveal', example: 'a•••@c•••.com' }),
    name: z.string().nullable().openapi({ description: 'Masked, see reveal', example: 'A••• L•••' }),
    count: z.int().openapi({ description: 'How many messages had it' }),
    state: z.enum(unmatchedStates).openapi({
      description: 'wanted: the next cycle of the pairing makes somebody of it in the CRM',
    }),
    code: z.string().openapi({ example: 'creation_off' }),
    reason: z.string().nullable().openapi({
      description: 'Why nobody was made of it, also when somebody was wanted; null once somebody is',
    }),
    fix: z.string().nullable(),
    firstSeenAt: moment,
    lastSeenAt: moment,
    pairingId: z.string().openapi({ description: 'The pairing that met it last' }),
    crmKind: z.enum(['contact', 'lead']).nullable(),
    crmId: z.string().nullable(),
    crmUrl: z.string().nullable(),
  })
  .openapi('UnmatchedAddress');

export type UnmatchedBody = z.infer<typeof unmatchedSchema>;
export type UnmatchedUrlOf = (view: UnmatchedView) => string | null;

export function unmatchedBody(
  view: UnmatchedView,
  urlOf: UnmatchedUrlOf,
  values: 'masked' | 'revealed' = 'masked',
): UnmatchedBody {
  const { row, address, name } = view;
  const shown = values === 'masked' ? maskText : (text: string) => text;
  return {
    id: row.id,
    address: shown(address),
    name: name === null ? null : shown(name),
    count: row.messages,
    state: row.state,
    code: row.code,
    ...whyOf(view),
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    pairingId: row.pairing_id,
    crmKind: row.crm_kind,
    crmId: row.crm_id,
    crmUrl: urlOf(view),
  };
}

/** What a wish came to is newer than what the messages said. */
function whyOf({ row }: UnmatchedView): Pick<UnmatchedBody, 'reason' | 'fix'> {
  if (row.state === 'created') return { reason: null, fix: null };
  if (row.reason !== null) return { reason: row.reason, fix: null };
  const why = whyUnmatched(row.code);
  return { reason: why?.reason ?? null, fix: why?.fix ?? null };
}

/** As for items, for addresses of several CRMs. */
export async function prepareUrls(
  tx: Transaction,
  recordUrls: RecordUrls,
  views: readonly UnmatchedView[],
): Promise<() => Promise<UnmatchedUrlOf>> {
  const asks = new Map<string, () => Promise<UrlOf>>();
  for (const { row } of views) {
    if (row.crm_id === null || asks.has(row.connection_id)) continue;
    asks.set(row.connection_id, await recordUrls.prepare(tx, row.connection_id));
  }
  return async () => {
    const known = new Map<string, UrlOf>();
    for (const [connectionId, ask] of asks) known.set(connectionId, await ask());
    return ({ row: { connection_id: connectionId, crm_kind: kind, crm_id: id } }) =>
      kind === null || id === null ? null : (known.get(connectionId)?.(kind, id) ?? null);
  };
}
