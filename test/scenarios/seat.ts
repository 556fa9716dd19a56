import { expect } from 'vitest';
import type { Office } from './office.ts';
import { until } from './product.ts';
import { type PairingView, pairing, syncNow, type World } from './tenant.ts';

type Json = Record<string, unknown>;
type CrmObject =
  | 'Account'
  | 'Case'
  | 'Contact'
  | 'EmailMessage'
  | 'Event'
  | 'EventRelation'
  | 'Lead'
  | 'Opportunity'
  | 'Task';
export type PolicyInput = Json;

/** A contact as Outlook's user sees it, with the two fields that the interface keeps apart. */
export interface OutlookContact {
  readonly id: string;
  readonly displayName: string;
  readonly categories: string[];
  readonly parentFolderId: string;
  readonly emailAddresses: { address: string; name?: string }[];
  readonly businessAddress: Json;
  readonly homeAddress: Json;
  readonly businessPhones: string[];
  readonly homePhones: string[];
  readonly fax: string | null;
  readonly otherPhone: string | null;
  readonly [property: string]: unknown;
}

export interface LedgerItem {
  readonly id: string;
  readonly module: string;
  readonly state: string;
  readonly link: string;
  readonly code: string | null;
  readonly reason: string | null;
  readonly fix: string | null;
  readonly crmId: string | null;
  readonly mailboxItemId: string | null;
}

export interface ItemEvent {
  readonly action: string;
  readonly direction: string | null;
  readonly code: string | null;
  readonly reason: string;
  readonly detail: unknown;
}

export interface Write {
  readonly side: 'mailbox' | 'crm';
  readonly what: string;
}

interface LoggedRequest {
  readonly method: string;
  readonly target: string;
  readonly mailbox?: string;
  readonly user?: string | null;
  readonly subrequests?: readonly { readonly method: string; readonly url: string }[];
}

/** Less than a test's own limit, so that the log is told. */
const PATIENCE_MS = 90_000;
const FAX = 'String 0x3A24';
const OTHER_PHONE = 'String 0x3A1F';
const EXTENDED = `$expand=singleValueExtendedProperties($filter=id eq '${FAX}' or id eq '${OTHER_PHONE}')`;

/** One user: a mailbox and a CRM login, what they do by hand on both sides, and what Tandem made of it. */
export class Seat {
  readonly mail: string;
  readonly crmUserId: string;
  readonly #office: Office;
  policyId = '';
  pairingId = '';

  constructor(office: Office, mail: string, crmUserId: string) {
    this.#office = office;
    this.mail = mail;
    this.crmUserId = crmUserId;
  }

  get world(): World {
    return this.#office.world;
  }

  // ---------------------------------------------------------------------------------------- synchronization

  /** Pairs the two under a new policy and waits until the first cycle is over, or a person has to act. */
  async startSync(options: PolicyInput = {}, crmUser?: string): Promise<PairingView> {
    this.policyId = await this.#office.createPolicy(`Policy of ${this.mail}`, options);
    const created = await this.world.tandem.post<{ id: string }>('/pairings', {
      policyId: this.policyId,
      mailbox: this.mail,
      ...(crmUser === undefined ? {} : { crmUser }),
    });
    this.pairingId = created.id;
    return this.#orLog(
      until(
        'the first cycle',
        async () => {
          const view = await this.pairing();
          return view.state === 'initializing' ? null : view;
        },
        PATIENCE_MS,
      ),
    );
  }

  pairing(): Promise<PairingView> {
    return pairing(this.world, this.pairingId);
  }

  /** Cycles one after the other, each waited for. */
  async sync(times = 1): Promise<PairingView> {
    for (let cycle = 1; cycle < times; cycle++)
      await this.#orLog(syncNow(this.world, this.pairingId, PATIENCE_MS));
    return this.#orLog(syncNow(this.world, this.pairingId, PATIENCE_MS));
  }

  async #orLog<T>(wait: Promise<T>): Promise<T> {
    try {
      return await wait;
    } catch (error) {
      const log = this.#office.product.log('worker-1').split('\n').slice(-40).join('\n');
      throw new Error(`${(error as Error).message}\n${log}`);
    }
  }

  /** Idle is silent (invariant 7): two further cycles write nothing on either side. */
  async expectSilence(): Promise<void> {
    await this.forgetRequests();
    const { state } = await this.sync(2);
    expect({ state, writes: await this.writes() }).toEqual({ state: 'in_sync', writes: [] });
  }

  async forgetRequests(): Promise<void> {
    await this.world.graph.control('POST', 'requests/reset');
    await this.world.salesforce.control('POST', 'requests/reset');
  }

  /** What was written for this user since the logs were emptied. */
  async writes(): Promise<Write[]> {
    const graph = await this.world.graph.control<LoggedRequest[]>('GET', 'requests/log');
    const salesforce = await this.world.salesforce.control<LoggedRequest[]>('GET', 'requests/log');
    const told = (side: Write['side'], entries: readonly LoggedRequest[]) =>
      entries.flatMap(writtenBy).map((what): Write => ({ side, what }));
    return [
      ...told(
        'mailbox',
        graph.filter(entry => entry.mailbox === this.mail),
      ),
      ...told(
        'crm',
        salesforce.filter(entry => entry.user === this.mail),
      ),
    ];
  }

  item(q: string): Promise<LedgerItem | null> {
    return this.items(q).then(items => items[0] ?? null);
  }

  items(q: string): Promise<LedgerItem[]> {
    return this.world.tandem.all<LedgerItem>(`/pairings/${this.pairingId}/items?q=${encodeURIComponent(q)}`);
  }

  /** Every decision about an item, in clear; what is masked elsewhere is revealed. */
  async story(q: string): Promise<ItemEvent[]> {
    const item = await this.item(q);
    if (!item) return [];
    return (await this.world.tandem.post<{ events: ItemEvent[] }>(`/items/${item.id}/reveal`)).events;
  }

  // ---------------------------------------------------------------------------------------- Outlook

  outlook<T = OutlookContact>(method: string, path: string, value?: unknown): Promise<T> {
    return this.world.graph.call(method, `/users/${this.mail}${path}`, value);
  }

  folder(name = 'Contoso'): Promise<string> {
    return this.world.graph.folder(this.mail, name);
  }

  /** Contacts of a folder of that name, or of the default Contacts folder. */
  async contacts(folder: string | null = 'Contoso'): Promise<OutlookContact[]> {
    const at = folder === null ? '/contacts' : `/contactFolders/${await this.folder(folder)}/contacts`;
    const found = await this.world.graph.list<Json>(`/users/${this.mail}${at}?$top=500&${EXTENDED}`);
    return found.map(outlookContact);
  }

  /** The one contact of that name in a folder. */
  async contact(displayName: string, folder: string | null = 'Contoso'): Promise<OutlookContact> {
    const found = (await this.contacts(folder)).filter(contact => contact.displayName === displayName);
    expect(found.map(contact => contact.displayName)).toEqual([displayName]);
    return found[0] as OutlookContact;
  }

  async names(folder: string | null = 'Contoso'): Promise<string[]> {
    return (await this.contacts(folder)).map(contact => contact.displayName).sort();
  }

  async addContact(contact: Json, folder: string | null = 'Contoso'): Promise<OutlookContact> {
    const at = folder === null ? '/contacts' : `/contactFolders/${await this.folder(folder)}/contacts`;
    return this.outlook('POST', at, contact);
  }

  editContact(id: string, changes: Json): Promise<OutlookContact> {
    return this.outlook('PATCH', `/contacts/${id}`, changes);
  }

  deleteContact(id: string): Promise<null> {
    return this.outlook('DELETE', `/contacts/${id}`);
  }

  moveContact(id: string, folder: string): Promise<unknown> {
    return this.world.graph.control('POST', 'move', { mailbox: this.mail, id, folder });
  }

  categories(): Promise<{ id: string; displayName: string; color: string }[]> {
    return this.world.graph.list(`/users/${this.mail}/outlook/masterCategories`);
  }

  /** The id of the top-level mail folder of that name. */
  async mailFolder(name: string): Promise<string | undefined> {
    const folders = await this.world.graph.list<{ id: string; displayName: string }>(
      `/users/${this.mail}/mailFolders?$top=100`,
    );
    return folders.find(folder => folder.displayName === name)?.id;
  }

  /** What another product would write as the mark of ownership. */
  async restamp(value: string): Promise<void> {
    const id = 'String {9b2f6a3e-5d0c-4c1a-8f57-2a7d7c1e4b60} Name TandemStamp';
    await this.outlook('PATCH', `/mailFolders/${await this.mailFolder('Contoso')}`, {
      singleValueExtendedProperties: [{ id, value }],
    });
  }

  // ---------------------------------------------------------------------------------------- Salesforce

  /** Records of this user's own, made by hand in the CRM. */
  async addRecord(type: CrmObject, fields: Json): Promise<string> {
    const [id] = await this.world.salesforce.create(type, [{ OwnerId: this.crmUserId, ...fields }]);
    return id as string;
  }

  editRecord(type: CrmObject, id: string, fields: Json): Promise<null> {
    return this.world.salesforce.update(type, id, fields);
  }

  async record(type: CrmObject, id: string, fields: string): Promise<Json> {
    const [found] = await this.world.salesforce.query<Json>(
      `SELECT ${fields} FROM ${type} WHERE Id = '${id}'`,
    );
    const { attributes: _, ...values } = found ?? {};
    return values;
  }

  /** The CRM gives this user a role above the other's, and with it all that the other may do. */
  async manage(other: Seat): Promise<void> {
    const [above, below] = [`Above ${other.mail}`, `Role of ${other.mail}`];
    const role = (seat: Seat, Role: string) => ({
      Username: seat.mail,
      Email: seat.mail,
      LastName: 'W',
      Role,
    });
    await this.world.salesforce.control('POST', 'load', {
      roles: [{ Name: above }, { Name: below, ParentRole: above }],
      users: [role(this, above), role(other, below)],
    });
  }

  /** This user's records of a kind, by last name. */
  async recordsNamed(type: 'Contact' | 'Lead', lastName: string, fields = 'Id'): Promise<Json[]> {
    return this.world.salesforce.query<Json>(
      `SELECT ${fields} FROM ${type} WHERE LastName = '${lastName}' AND OwnerId = '${this.crmUserId}'`,
    );
  }
}

function outlookContact(raw: Json): OutlookContact {
  const properties = (raw.singleValueExtendedProperties ?? []) as { id: string; value: string }[];
  const value = (id: string) =>
    properties.find(property => property.id.toLowerCase() === id.toLowerCase())?.value || null;
  return { ...raw, fax: value(FAX), otherPhone: value(OTHER_PHONE) } as OutlookContact;
}

/** Requests that change something: reads that travel as POST and sign-ins do not. */
function writtenBy({ method, target, subrequests }: LoggedRequest): string[] {
  if (subrequests && subrequests.length > 0)
    return subrequests.flatMap(part => writtenBy({ method: part.method, target: part.url }));
  const path = (target.split('?')[0] ?? '').toLowerCase();
  const isRead =
    method === 'GET' ||
    path.includes('/oauth2/') ||
    path.endsWith('/$batch') ||
    (method === 'POST' && /\/composite\/sobjects\/\w+$/.test(path));
  return isRead ? [] : [`${method} ${target}`];
}
