import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncFailure } from '../../sync/failure.ts';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';
import { Crash } from './crash.ts';
import { cycle } from './driver.ts';
import { direct } from './interception.ts';

const ANN = 'ann@contoso.example';
const MINUTE_MS = 60_000;
const NAMES = ['Adams', 'Brown', 'Clark'];
const address = (name: string) => `${name.toLowerCase()}@fabrikam.example`;
const AGREED = NAMES.map(name => `${name} ${address(name)}`);

/** Longer than any write may still take effect after it was sent. */
const DEADLINE_MS = 15 * MINUTE_MS;

const inOutlook = (name: string) => ({
  surname: name,
  emailAddresses: [{ address: address(name), name }],
  categories: [CATEGORY],
});
const inCrm = (name: string) => ({ LastName: name, Email: address(name) });

type Side = 'mailbox' | 'crm';

describe.each([
  ['a key field of ours', true],
  ['no key field', false],
])('invariants 2, 3 and 8: a CRM with %s', (_, hasKeyField) => {
  let company: Company;
  let pairing: PairingInput;

  beforeEach(async () => {
    company = await openCompany({ hasKeyField });
    pairing = await company.pair(ANN);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  /** Three people whose partners are still to be made on that side. */
  async function newPeople(target: Side): Promise<void> {
    if (target === 'mailbox') {
      await company.crm(ANN).create('Contact', NAMES.map(inCrm));
      return;
    }
    const outlook = company.outlook(ANN);
    const folder = await outlook.folder(CATEGORY);
    for (const name of NAMES) await outlook.addContact(inOutlook(name), folder ?? '');
  }

  async function settles(): Promise<void> {
    company.intercept(direct);
    await company.sync(pairing);
    company.rest(DEADLINE_MS);
    await company.sync(pairing);
    await company.sync(pairing);
    expect(await company.people(ANN)).toEqual({ mailbox: AGREED, crm: AGREED });
    expect((await company.sync(pairing)).note).toBe('nothing to do');
  }

  /** Arms the emulator when the creates are about to be sent, and not for the reads before them. */
  function faultOnWrite(target: Side, mode: string, times: number): void {
    const [control, path] =
      target === 'mailbox' ? [company.graph.control, '$batch'] : [company.salesforce.control, '/composite'];
    let isArmed = false;
    company.intercept(async (what, call) => {
      if (what === `${target}.write` && !isArmed) {
        isArmed = true;
        await control('PUT', 'faults', [{ mode, times, match: { path } }]);
      }
      return call();
    });
  }

  it.each([
    ['mailbox', 'lost-response', 1],
    ['mailbox', 'lost-response', 3],
    ['mailbox', 'disconnect', 1],
    ['mailbox', 'disconnect', 3],
    ['crm', 'lost-response', 1],
    ['crm', 'lost-response', 3],
    ['crm', 'disconnect', 1],
    ['crm', 'disconnect', 3],
  ] as const)('creates in the %s: %s, %i times', async (target, mode, times) => {
    await newPeople(target);
    faultOnWrite(target, mode, times);
    await company.sync(pairing);
    await settles();
  });

  it.each(['mailbox', 'crm'] as const)(
    'part of a batch of creates in the %s gets no answer',
    async target => {
      await newPeople(target);
      const control = target === 'mailbox' ? company.graph.control : company.salesforce.control;
      const match =
        target === 'mailbox' ? { method: 'POST', subrequest: true } : { method: 'POST', path: '/composite' };
      const mode = target === 'mailbox' ? 'lost-response' : 'partial';
      company.intercept(async (what, call) => {
        if (what === `${target}.write`) await control('PUT', 'faults', [{ mode, times: 1, match }]);
        return call();
      });
      await company.sync(pairing);
      await settles();
    },
  );

  it.each(['mailbox', 'crm'] as const)(
    'a create in the %s takes effect late, after it was looked for',
    async target => {
      await newPeople(target);
      let late: (() => Promise<unknown>) | undefined;
      company.intercept((what, call) => {
        if (what !== `${target}.write` || late) return call();
        late = call;
        throw new SyncFailure('transient', 'the connection broke', { maybeApplied: true });
      });
      await company.sync(pairing);
      await late?.();
      await settles();
    },
  );

  it.each(['mailbox', 'crm'] as const)(
    'an attempt that wakes after its successor began creates in the %s, and stores nothing',
    async target => {
      await newPeople(target);
      let wake = () => {};
      const asleep = new Promise<void>(resolve => {
        wake = resolve;
      });
      const reached = new Promise<void>(resolve => {
        let isFirst = true;
        company.intercept(async (what, call) => {
          if (what === `${target}.write` && isFirst) {
            isFirst = false;
            resolve();
            await asleep;
          }
          return call();
        });
      });
      const zombie = company.sync(pairing).catch((error: unknown) => error);
      await reached;
      company.restart();
      await cycle(company, pairing);
      const before = await itemRows();
      wake();
      await zombie;
      expect(await itemRows()).toEqual(before);
      await settles();
    },
  );

  function itemRows() {
    return company.database.inOrganization(company.organizationId, tx =>
      tx.selectFrom('items').selectAll().orderBy('id').execute(),
    );
  }

  it.each(['mailbox', 'crm'] as const)(
    'the process ends between the creates in the %s and their record, twice, and once before the look for them',
    async target => {
      await newPeople(target);
      let crashes = 0;
      company.intercept(async (what, call) => {
        const result = await call();
        const isFound = what === 'mailbox.findByKeys' || what === 'crm.findCreated';
        if ((what === `${target}.write` || isFound) && crashes++ < 3) throw new Crash();
        return result;
      });
      await company.sync(pairing);
      await settles();
    },
  );
});
