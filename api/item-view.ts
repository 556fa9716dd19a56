import { z } from '@hono/zod-openapi';
import type { ItemEventView, ItemView } from '../db/items-view.ts';
import { maskJson, maskText } from './masking.ts';
import type { UrlOf } from './record-urls.ts';
import { moment } from './route.ts';

export const itemStates = ['in_sync', 'excluded', 'failing', 'held'] as const;

export const itemSchema = z
  .object({
    id: z.string().openapi({ example: 'itm_k3v9q2m7x1c8b5n4z6f0' }),
    pairingId: z.string(),
    module: z.string().openapi({ description: '`emails` for messages', example: 'contacts' }),
    state: z.enum(itemStates),
    link: z.enum(['linked', 'away', 'already_there', 'none']).openapi({
      description: 'away: its user took it out of the mailbox; already_there: the user’s own from before',
    }),
    name: z.string().nullable().openapi({
      description: 'Of a person, or the subject; masked, see reveal',
      example: 'A••• L•••',
    }),
    address: z.string().nullable().openapi({
      description: 'Of a person, or the sender; masked, see reveal',
      example: 'a•••@c•••.com',
    }),
    code: z.string().nullable(),
    reason: z.string().nullable(),
    fix: z.string().nullable(),
    mailboxItemId: z.string().nullable(),
    crmKind: z.string().nullable(),
    crmId: z.string().nullable(),
    crmUrl: z.string().nullable(),
    attempts: z.int().openapi({ description: 'Failed attempts in a row' }),
    nextAttemptAt: moment.nullable(),
    lastChange: moment,
  })
  .openapi('Item');

export type ItemBody = z.infer<typeof itemSchema>;

export function itemBody({ row, label }: ItemView, urlOf: UrlOf): ItemBody {
  return {
    id: row.id,
    pairingId: row.pairing_id,
    module: row.module,
    state: row.state as ItemBody['state'],
    link: row.link as ItemBody['link'],
    name: label === null ? null : maskText(label.name),
    address: label?.address ? maskText(label.address) : null,
    code: row.code,
    reason: row.reason,
    fix: row.fix,
    mailboxItemId: row.mailbox_item_id,
    crmKind: row.crm_kind,
    crmId: row.crm_id,
    crmUrl: row.crm_kind === null || row.crm_id === null ? null : urlOf(row.crm_kind, row.crm_id),
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    lastChange: row.changed_at.toISOString(),
  };
}

export const itemEventSchema = z
  .object({
    at: moment,
    cycle: z.int(),
    action: z.string().openapi({ example: 'updated' }),
    direction: z.string().nullable().openapi({ example: 'to-mailbox' }),
    code: z.string().nullable(),
    reason: z.string(),
    detail: z.unknown().openapi({ description: 'Values that gave way; masked, see reveal' }),
  })
  .openapi('ItemEvent');

export function itemEventBody(
  { row, detail }: ItemEventView,
  values: 'masked' | 'revealed',
): z.infer<typeof itemEventSchema> {
  return {
    at: row.at.toISOString(),
    cycle: row.cycle,
    action: row.action,
    direction: row.direction,
    code: row.code,
    reason: row.reason,
    detail: values === 'masked' ? maskJson(detail) : detail,
  };
}
