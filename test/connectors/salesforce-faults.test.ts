import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CrmChange, CrmConnection, CrmSession, CrmUser, CrmWrite } from '../../connectors/connector.ts';
import type { CrmRef, Fields } from '../../sync/record.ts';
import { connectSalesforce } from '../conformance/salesforce-subject.ts';
import { type EmulatedSalesforce, emulatedSalesforce, emulatedUsers } from '../emulated/salesforce.ts';

let lastKey = 0;
const create = (fields: Fields, accountId?: string): CrmWrite => ({
  op: 'create',
  kind: 'contact',
  key: `key ${lastKey++}`,
  fields,
  ...(accountId !== undefined && { accountId }),
});

describe('Salesforce when it fails', () => {
  let salesforce: EmulatedSalesforce;
  let crm: CrmConnection;
  let ann: CrmUser;
  let asAnn: CrmSession;

  beforeAll(async () => {
    salesforce = await emulatedSalesforce(true);
    crm = connectSalesforce(salesforce.settings, salesforce.byPrivateKey, salesforce.hosts);
    ann = (await crm.usersByEmail([emulatedUsers[0]])).get(emulatedUsers[0])![0]!;
    asAnn = await crm.asUser(ann);
    await asAnn.write([create({ lastName: 'First' })]);
  });
  afterEach(() => salesforce.control('PUT', 'faults', []));
  afterAll(() => salesforce.close());

  const fault = (fault: object) => salesforce.control('PUT', 'faults', [fault]);
  const created = async (fields: Fields): Promise<CrmRef> => {
    const [outcome] = await asAnn.write([create(fields)]);
    if (!outcome!.ok) throw outcome!.failure;
    return outcome!.value.ref;
  };
  const httpRequests = async () => {
    const entries = (await salesforce.control('GET', 'requests/log')) as { length?: number } & object;
    return JSON.stringify(entries).split('"target"').length - 1;
  };

  it('PAIR-10: renews again after a renewal that was refused, and accuses nobody', async () => {
    const { settings, byPrivateKey, hosts } = salesforce;
    const session = await connectSalesforce(settings, byPrivateKey, hosts).reader();
    await session.findByEmail('contact', ['nobody@fabrikam.example']);
    await salesforce.control('POST', 'revoke', {});
    await salesforce.control('PUT', 'app', { keyRevoked: true });
    await expect(session.findByEmail('contact', ['nobody@fabrikam.example'])).rejects.toMatchObject({
      kind: 'auth',
    });
    await salesforce.control('PUT', 'app', { keyRevoked: false });
    expect(await session.findByEmail('contact', ['nobody@fabrikam.example'])).toEqual(new Map());
  });

  it('ends a storm of 401 after one renewal', async () => {
    await salesforce.control('POST', 'requests/reset');
    await fault({ mode: 'status', status: 401, match: '/composite' });
    await expect(asAnn.find({ kind: 'contact', order: 'id', limit: 1 })).rejects.toMatchObject({
      kind: 'auth',
    });
    const sent = await httpRequests();
    expect(sent).toBeGreaterThanOrEqual(3);
    expect(sent).toBeLessThanOrEqual(4);
    await salesforce.control('PUT', 'faults', []);
    await expect(asAnn.find({ kind: 'contact', order: 'id', limit: 1 })).resolves.toHaveProperty('records');
  });

  it.each([
    [{ status: 403, errorCode: 'REQUEST_LIMIT_EXCEEDED' }, 'quota'],
    [{ status: 503, html: true }, 'throttled'],
    [{ status: 500 }, 'transient'],
  ])('%j is %s', async (answer, kind) => {
    await fault({ mode: 'status', times: 1, match: '/composite', ...answer });
    await expect(asAnn.read([{ kind: 'contact', id: '003000000000001AAA' }])).rejects.toMatchObject({ kind });
  });

  it('invariant 8: says that a write whose answer is lost may have taken effect, and finds it again', async () => {
    await fault({ mode: 'lost-response', times: 1, match: '/composite' });
    const operation = create({ lastName: 'Lost' });
    await expect(asAnn.write([operation])).rejects.toMatchObject({ kind: 'transient', maybeApplied: true });
    const [again] = await asAnn.write([operation]);
    expect(again).toMatchObject({ ok: true, value: { existed: true } });
  });

  it('a read that is cut has no effect', async () => {
    await fault({ mode: 'disconnect', times: 1, match: '/composite' });
    const failure = await asAnn.find({ kind: 'contact', order: 'id', limit: 1 }).catch(error => error);
    expect(failure).toMatchObject({ kind: 'transient' });
    expect(failure.maybeApplied).toBeUndefined();
  });

  it('reads on where Salesforce answers fewer rows than it found', async () => {
    const outcomes = await asAnn.write(
      Array.from({ length: 60 }, (_, index) => create({ lastName: `Row ${index}` })),
    );
    const refs = outcomes.flatMap(outcome => (outcome.ok ? [outcome.value!.ref] : []));
    expect(refs).toHaveLength(60);
    await fault({ mode: 'partial', match: { soql: 'FROM Contact' } });
    const results = await asAnn.read(refs);
    expect(results.map(result => result.type === 'present' && result.record.ref.id)).toEqual(
      refs.map(ref => ref.id),
    );
  });

  it('reads all changes where the pages are short, and comes to an end', async () => {
    const cursor = JSON.stringify({ knownMs: Date.now() - 3_600_000 });
    const [whole] = await poll(cursor);
    await fault({ mode: 'partial', match: { soql: 'FROM Contact' } });
    const seen = new Set<string>();
    let position = cursor;
    for (let more = true; more; ) {
      const result = (await crm.changes([{ kind: 'contact', cursor: position }])).get('contact')!;
      if (result.type !== 'changes') throw new Error(result.type);
      for (const change of result.changes) seen.add(change.ref.id);
      ({ cursor: position, more } = result);
    }
    expect(seen).toEqual(new Set(whole.map(change => change.ref.id)));
    expect(JSON.parse(position)).toEqual({ knownMs: expect.any(Number) });
  });

  it('updates two hundred records of both kinds with one call', async () => {
    const kinds = ['contact', 'lead'] as const;
    const outcomes = await asAnn.write(
      Array.from({ length: 200 }, (_, index): CrmWrite => {
        const fields = { lastName: `Many ${index}`, company: 'Many Inc.' };
        return { op: 'create', kind: kinds[index % 2]!, key: `many ${index}`, fields };
      }),
    );
    const refs = outcomes.flatMap(outcome => (outcome.ok ? [outcome.value!.ref] : []));
    const used = crm.budget()!.used;
    const updated = await asAnn.write(
      refs.map(ref => ({ op: 'update', ref, fields: { title: 'One call' } })),
    );
    expect(updated.filter(outcome => outcome.ok)).toHaveLength(200);
    expect(crm.budget()!.used - used).toBe(1);
  });

  it('keeps the budget that Salesforce tells', () => {
    expect(crm.budget()).toMatchObject({ limit: 100_000, used: expect.any(Number) });
  });

  it('takes what field security hides for unknown, not for empty', async () => {
    const ref = await created({ lastName: 'Secured', department: 'Kept' });
    const rule = { user: ann.login, object: 'Contact', field: 'Department' };
    await salesforce.control('PUT', 'fls', { ...rule, readable: false, editable: false });
    const [hidden] = await asAnn.read([ref]);
    await salesforce.control('PUT', 'fls', { ...rule, readable: true, editable: true });
    expect(hidden).toMatchObject({ type: 'present', record: { fields: { lastName: 'Secured' } } });
    expect(hidden!.type === 'present' && 'department' in hidden!.record.fields).toBe(false);
  });

  it('CON-1 keeps the shown address of the account when a part of it is changed', async () => {
    const attributes = { type: 'Account' };
    const account = {
      attributes,
      Name: 'Address Inc.',
      BillingStreet: 'Main 1',
      BillingCity: 'Bonn',
      OwnerId: ann.id,
    };
    const loaded = (await salesforce.control('POST', 'load', { records: [account] })) as {
      records: [{ Id: string }];
    };
    const [outcome] = await asAnn.write([create({ lastName: 'Addressed' }, loaded.records[0].Id)]);
    if (!outcome!.ok) throw outcome!.failure;
    expect(outcome!.value.after?.fields).toMatchObject({ businessStreet: 'Main 1', businessCity: 'Bonn' });
    const { ref } = outcome!.value!;
    const [update] = await asAnn.write([{ op: 'update', ref, fields: { businessCity: 'Cologne' } }]);
    expect(update).toMatchObject({
      value: {
        after: { fields: { businessStreet: 'Main 1', businessCity: 'Cologne', company: 'Address Inc.' } },
      },
    });
  });

  it("tells an administrator's rule in his words, with our name of the field", async () => {
    await salesforce.control('POST', 'load', {
      validationRules: [
        {
          object: 'Contact',
          condition: "Title = 'Forbidden'",
          errorMessage: 'No such title',
          field: 'Title',
        },
      ],
      duplicateRules: [{ object: 'Contact', fields: ['Email'] }],
    });
    const ref = await created({ lastName: 'Original', email1: 'only@example.com' });
    const [ruled, doubled, long] = await asAnn.write([
      create({ lastName: 'Ruled', title: 'Forbidden' }),
      create({ lastName: 'Doubled', email1: 'only@example.com' }),
      create({ lastName: 'x'.repeat(81) }),
    ]);
    expect(ruled).toMatchObject({
      failure: { kind: 'validation', message: 'No such title', fields: ['title'] },
    });
    expect(doubled).toMatchObject({ failure: { kind: 'duplicate' } });
    expect(long).toMatchObject({
      failure: { kind: 'validation', message: expect.stringMatching(/81 .* 80/) },
    });
    expect(ref.kind).toBe('contact');
  });

  it('finds rows that become visible with an older stamp', async () => {
    const cursor = await crm.startCursor();
    await salesforce.control('PUT', 'visibility', { object: 'Contact', delayMs: 60_000 });
    const late = await created({ lastName: 'Late' }).catch(() => null);
    await salesforce.control('PUT', 'clock', { advanceMs: 30_000 });
    const [first, next] = await poll(cursor);
    await salesforce.control('PUT', 'clock', { advanceMs: 60_000 });
    await salesforce.control('PUT', 'visibility', { object: 'Contact', delayMs: 0 });
    const [second] = await poll(next);
    const names = async (changes: readonly CrmChange[]) => {
      const results = await (await crm.reader()).read(
        changes.map(({ ref: { id } }) => ({ kind: 'contact', id })),
      );
      return results.flatMap(result => (result.type === 'present' ? [result.record.fields.lastName] : []));
    };
    expect(await names(first)).not.toContain('Late');
    expect(await names(second)).toContain('Late');
    expect(late).toBeNull();
  });

  it('asks for a new start when deleted records may be gone from the bin', async () => {
    const cursor = JSON.stringify({ knownMs: Date.now() - 15 * 86_400_000 });
    const results = await crm.changes([{ kind: 'contact', cursor }]);
    expect(results.get('contact')).toMatchObject({ type: 'resync' });
  });

  it('OPS-3 answers users who have not approved the app as forbidden, and a dead key as auth', async () => {
    const fresh = () => connectSalesforce(salesforce.settings, salesforce.byPrivateKey, salesforce.hosts);
    await salesforce.control('PUT', 'app', { unapproved: [ann.login] });
    await expect(fresh().asUser(ann)).rejects.toMatchObject({ kind: 'forbidden', fix: expect.any(String) });
    await salesforce.control('PUT', 'app', { unapproved: [], keyRevoked: true });
    expect(await fresh().test()).toMatchObject([{ stage: 'sign-in', state: 'missing' }]);
    await salesforce.control('PUT', 'app', { keyRevoked: false });
  });

  it('reliability 7.17: refuses a login address that is not on the host list', () => {
    const connect = () =>
      connectSalesforce(salesforce.settings, salesforce.byPrivateKey, new Set(['login.salesforce.com']));
    expect(connect).toThrow(/host list/);
  });

  it('reliability 7.17: sends no token to a foreign instance', async () => {
    const server = createServer((_, response) => {
      const token = {
        access_token: 'secret',
        instance_url: 'http://127.0.0.1:9',
        id: 'https://x/id/00D/005',
      };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(token));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const settings = { ...salesforce.settings, loginUrl: `http://127.0.0.1:${port}` };
    const lured = connectSalesforce(settings, salesforce.byClientSecret, new Set([`127.0.0.1:${port}`]));
    await expect(lured.startCursor()).rejects.toMatchObject({ native: 'HostNotAllowed' });
    server.closeAllConnections();
    server.close();
  });

  async function poll(cursor: string): Promise<[readonly CrmChange[], string]> {
    const result = (await crm.changes([{ kind: 'contact', cursor }])).get('contact')!;
    if (result.type !== 'changes') throw new Error(result.type);
    return [result.changes, result.cursor];
  }
});
