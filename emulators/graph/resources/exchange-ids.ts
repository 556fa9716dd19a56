import { z } from 'zod';
import { invalidRequest } from '../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../protocol/exchange.ts';
import type { Route } from '../protocol/router.ts';
import { occurrenceId, splitOccurrenceId } from '../store/ids.ts';
import type { Mailbox } from '../store/mailbox.ts';

const ANY_MAILBOX_ROLE = [
  'Calendars.Read',
  'Calendars.ReadWrite',
  'Contacts.Read',
  'Contacts.ReadWrite',
  'Mail.Read',
  'Mail.ReadBasic',
  'Mail.ReadWrite',
  'User.Read.All',
  'User.ReadBasic.All',
];

const FORMATS = ['entryId', 'ewsId', 'immutableEntryId', 'restId', 'restImmutableEntryId'] as const;
type Format = (typeof FORMATS)[number];

const bodySchema = z.object({
  inputIds: z.array(z.string()).max(1000),
  sourceIdType: z.enum(FORMATS),
  targetIdType: z.enum(FORMATS),
});

export function exchangeIdRoutes(): Route[] {
  return [
    {
      method: 'POST',
      pattern: '/users/{id}/translateExchangeIds',
      level: 'mailbox',
      roles: ANY_MAILBOX_ROLE,
      handle: translate,
    },
  ];
}

function translate(call: MailboxCall): GraphResponse {
  const given = Object.entries((call.request.body ?? {}) as Record<string, unknown>);
  // Parameters of actions are accepted with either capitalisation.
  const parsed = bodySchema.safeParse(
    Object.fromEntries(given.map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value])),
  );
  if (!parsed.success) throw invalidRequest(`The request is invalid: ${z.prettifyError(parsed.error)}`);
  const { inputIds, sourceIdType, targetIdType } = parsed.data;
  return {
    status: 200,
    body: {
      '@odata.context': `${call.serviceRoot}/$metadata#Collection(microsoft.graph.convertIdResult)`,
      value: inputIds.map(id => translated(call.mailbox, id, sourceIdType, targetIdType)),
    },
  };
}

function translated(mailbox: Mailbox, sourceId: string, source: Format, target: Format) {
  const targetId = idInFormat(mailbox, toRest(sourceId, source), target);
  if (targetId !== undefined) return { sourceId, targetId };
  return { sourceId, errorDetails: { code: 'ErrorInvalidId', message: 'The id could not be translated.' } };
}

/** The EWS forms are the same bytes in plain base64. */
const isPlainBase64 = (format: Format) => !format.startsWith('rest');

const toRest = (id: string, format: Format) =>
  isPlainBase64(format) ? id.replaceAll('/', '-').replaceAll('+', '_') : id;

const fromRest = (restId: string, format: Format) =>
  isPlainBase64(format) ? restId.replaceAll('-', '/').replaceAll('_', '+') : restId;

const inRest = (id: string, format: Format, change: (restId: string) => string) =>
  fromRest(change(toRest(id, format)), format);

function idInFormat(mailbox: Mailbox, id: string, target: Format): string | undefined {
  const occurrence = splitOccurrenceId(id);
  if (occurrence) {
    const masterId = idInFormat(mailbox, occurrence.masterId, target);
    return masterId && inRest(masterId, target, restId => occurrenceId(restId, occurrence.day));
  }
  const decoded = mailbox.ids.decode(id);
  if (!decoded || decoded.form === 'folder') return undefined;
  const item =
    decoded.form === 'item' ? mailbox.byInstance(decoded.instance) : mailbox.items.get(decoded.number);
  if (!item) return undefined;
  const immutable = target === 'immutableEntryId' || target === 'restImmutableEntryId';
  const restId = immutable
    ? mailbox.ids.immutable(item.number)
    : mailbox.ids.item(item.folder, item.instance);
  return fromRest(restId, target);
}
