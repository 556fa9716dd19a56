import type { Mailbox, MailboxChange, MailboxItems, MailboxWrite } from '../../connectors/connector.ts';
import type { ZonedTime } from '../../sync/calendar/appointment.ts';
import { textOfSpan } from '../../sync/calendar/text-form.ts';
import type { Fields, MailboxItem } from '../../sync/record.ts';
import { connectGraph } from '../conformance/graph-subject.ts';
import { type EmulatedGraph, emulatedGraph } from '../emulated/graph.ts';

export const owner = 'ann@contoso.example';

/** A mailbox of an emulated tenant whose clock stands, with the hands of its owner and of the server. */
export interface GraphUnderTest extends EmulatedGraph {
  readonly mailbox: Mailbox;
  behave(changes: object): Promise<unknown>;
  /** Who was mailed what since the last time. */
  mails(): Promise<string[]>;
  /** As the owner's own program does it, without the connector. */
  hand(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
}

export async function graphUnderTest(): Promise<GraphUnderTest> {
  const graph = await emulatedGraph([owner, 'bob@contoso.example']);
  await graph.control('PUT', 'clock', { now: '2026-03-02T10:00:00Z' });
  const { access_token: token } = await tokenOf(graph);
  return {
    ...graph,
    mailbox: connectGraph(graph, graph.hosts).mailbox(owner),
    behave: changes => graph.control('PUT', 'behaviour', changes),
    async mails() {
      const { value } = (await graph.control('GET', 'outbox')) as { value: { kind: string; to: string[] }[] };
      await graph.control('POST', 'outbox/reset');
      return value.map(({ kind, to }) => [kind, ...to].join(' '));
    },
    async hand(method, path, body) {
      const answer = await fetch(`${graph.settings.baseUrl}/users/${owner}/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          prefer: 'IdType="ImmutableId"',
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === '' ? {} : JSON.parse(text);
    },
  };
}

async function tokenOf({ settings, credentials }: EmulatedGraph): Promise<{ access_token: string }> {
  const answer = await fetch(settings.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  return (await answer.json()) as { access_token: string };
}

export async function written(items: MailboxItems, operation: MailboxWrite): Promise<MailboxItem> {
  const [outcome] = await items.write([operation]);
  if (!outcome!.ok) throw outcome!.failure;
  return outcome!.value!;
}

export async function readBack(items: MailboxItems, itemId: string): Promise<MailboxItem> {
  const [outcome] = await items.read([itemId]);
  if (!outcome!.ok) throw outcome!.failure;
  if (outcome!.value.type === 'deleted') throw new Error(`${itemId} is deleted`);
  return outcome!.value.item;
}

export async function round(mailbox: Mailbox, containerId: string, start: string | null) {
  const changes: MailboxChange[] = [];
  for (let cursor = start; ; ) {
    const page = await mailbox.changes(containerId, cursor);
    if (page.type !== 'page') throw new Error(`expected a page, not ${page.type}`);
    changes.push(...page.changes);
    cursor = page.cursor;
    if (!page.more) return { changes, cursor };
  }
}

export function create(containerId: string, key: string, fields: Fields): MailboxWrite {
  return { op: 'create', containerId, key, fields, categories: ['CRM'] };
}

/** An hour of a day, as the clocks of a zone show it. */
export function hourAt(local: string, zone: string): string {
  const next = new Date(Date.parse(`${local}Z`) + 3_600_000).toISOString().slice(0, 19);
  const told = (time: string): ZonedTime => ({ local: time, zone });
  return textOfSpan({ allDay: false, start: told(local), end: told(next) });
}
