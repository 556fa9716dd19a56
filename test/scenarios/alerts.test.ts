import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MailServer } from './mail-server.ts';
import { Office } from './office.ts';
import { until } from './product.ts';
import type { Seat } from './seat.ts';

const office = new Office();
const mails = new MailServer();

beforeAll(async () => office.open(await mails.open()));
afterAll(async () => {
  await office.close();
  await mails.close();
});
afterEach(async () => {
  await heal();
});

interface Notification {
  readonly kind: string;
  readonly pairingId: string | null;
  readonly connectionId: string | null;
  readonly recipients: string[];
  readonly body: string;
  readonly state: string;
}

const SYSTEMS = ['graph', 'salesforce'] as const;
type System = (typeof SYSTEMS)[number];

const ERRORS = { match: '*', mode: 'status', status: 500 };

function injure(system: System, ...faults: readonly object[]): Promise<unknown> {
  return office.world[system].control('PUT', 'faults', faults);
}

async function heal(): Promise<void> {
  for (const system of SYSTEMS) await injure(system);
}

/** The oldest first. */
async function notifications(of: (one: Notification) => boolean): Promise<Notification[]> {
  return (await office.world.tandem.all<Notification>('/notifications')).filter(of).reverse();
}

const kindsOf = (all: readonly Notification[]) => all.map(({ kind }) => kind);
const told = async (seat: Seat) =>
  kindsOf(await notifications(({ pairingId }) => pairingId === seat.pairingId));
/** Messages leave after they are recorded. */
const allSent = () =>
  until('all messages to be sent', async () =>
    (await notifications(() => true)).every(({ state }) => state === 'sent'),
  );
const mailsTo = (address: string) => mails.received.filter(({ to }) => to.includes(address));

/** Somebody with a policy whose alerts go to an address of its own. */
async function watched(firstName: string): Promise<{ seat: Seat; admin: string }> {
  const seat = await office.hire(firstName);
  const admin = `admin.of.${seat.mail}`;
  await seat.startSync({ general: { errorNotifications: [admin] }, newItems: { autoSync: true } });
  return { seat, admin };
}

describe.each(SYSTEMS)('PAIR-10: error cycles of %s', system => {
  test('five in a row send one message, healing sends one more', async () => {
    const { seat, admin } = await watched('Ann');
    await injure(system, ERRORS);
    for (let streak = 1; streak <= 4; streak++) {
      expect(await seat.sync()).toMatchObject({ state: 'degraded', errorStreak: streak });
    }
    expect(await told(seat)).toEqual([]);
    await seat.sync(2);
    expect(await told(seat)).toEqual(['pairing_errors']);

    await heal();
    await seat.addRecord('Contact', { LastName: 'Meanwhile' });
    expect(await seat.sync()).toMatchObject({ state: 'in_sync', errorStreak: 0, reason: null });
    await seat.sync();
    expect(await told(seat)).toEqual(['pairing_errors', 'pairing_recovered']);
    expect(await seat.names()).toEqual(['Meanwhile']);

    await allSent();
    const side = system === 'graph' ? 'The mailbox system' : 'The CRM';
    expect(mailsTo(admin).map(({ subject }) => subject)).toEqual([
      `Tandem: synchronization of ${seat.mail} has errors`,
      `Tandem: synchronization of ${seat.mail} works again`,
    ]);
    const { text } = mailsTo(admin)[0] as { text: string };
    expect(text).toContain(`User: ${seat.mail}`);
    expect(text).toContain(`Cause: ${side} answers with errors.`);
    expect(text).toMatch(/Since: \S+Z \(5 cycles in a row\)/);
    expect(text).toContain('What to do: ');
  }, 240_000);

  test('four, one good cycle and four more send nothing', async () => {
    const { seat, admin } = await watched('Bea');
    for (let round = 0; round < 2; round++) {
      await injure(system, ERRORS);
      expect(await seat.sync(4)).toMatchObject({ state: 'degraded', errorStreak: 4 });
      await heal();
      expect(await seat.sync()).toMatchObject({ state: 'in_sync', errorStreak: 0 });
    }
    expect(await told(seat)).toEqual([]);
    expect(mailsTo(admin)).toEqual([]);
  }, 240_000);

  test.each([429, 503])(
    'throttled cycles (%i) send none, and what waited comes afterwards',
    async status => {
      const { seat, admin } = await watched('Cleo');
      await seat.addRecord('Contact', { LastName: 'Patience' });
      await injure(system, { match: '*', mode: 'status', status, retryAfter: 1 });
      for (let cycle = 0; cycle < 5; cycle++) {
        const { state, errorStreak } = await seat.sync();
        expect({ state: state === 'degraded' ? state : 'waiting', errorStreak }).toEqual({
          state: 'waiting',
          errorStreak: 0,
        });
      }
      await heal();
      await until('the record to arrive', async () => {
        await seat.sync();
        return (await seat.names()).includes('Patience');
      });
      expect((await seat.pairing()).state).toBe('in_sync');
      expect(await told(seat)).toEqual([]);
      expect(mailsTo(admin)).toEqual([]);
    },
    240_000,
  );
});

describe('PAIR-10: a module whose writes fail alike', () => {
  test('is an error cycle, with the cause; fewer than five are the items’ own matter', async () => {
    const { seat, admin } = await watched('Dora');
    const condition = "LastName LIKE 'Refused%'";
    const validationRules = [{ object: 'Contact', condition, errorMessage: 'No such people.' }];
    await office.world.salesforce.control('POST', 'load', { validationRules });
    for (let number = 1; number <= 4; number++) await seat.addContact({ surname: `Refused ${number}` });
    expect(await seat.sync()).toMatchObject({ state: 'in_sync', errorStreak: 0 });
    for (let number = 5; number <= 10; number++) await seat.addContact({ surname: `Refused ${number}` });
    const view = await seat.sync();
    expect(view).toMatchObject({ state: 'degraded', errorStreak: 1 });
    expect(view.reason).toContain('6 writes of contacts failed alike');
    for (const item of await seat.items('Refused')) {
      expect(item).toMatchObject({ state: 'failing', code: 'validation', reason: 'No such people.' });
    }
    expect(mailsTo(admin)).toEqual([]);
    await office.world.salesforce.control('POST', 'load', { validationRules: [] });
  });
});

describe('PAIR-10: a revoked credential', () => {
  const newSecret = 'another~secret~of~the~application';

  /** What an administrator of each system does to it, and the credentials that work afterwards. */
  const revocations = {
    graph: {
      side: 'mailbox',
      revoke: () => control('graph', 'app', { clientSecret: newSecret, revokeTokens: true }),
      renew: async () => ({ clientId: office.world.run.graph.clientId, clientSecret: newSecret }),
    },
    salesforce: {
      side: 'crm',
      revoke: async () => {
        await control('salesforce', 'app', { keyRevoked: true });
        await office.world.salesforce.control('POST', 'revoke');
      },
      renew: async () => {
        await control('salesforce', 'app', { keyRevoked: false });
        const { clientId, privateKey } = office.world.run.salesforce;
        return { clientId, privateKey };
      },
    },
  } as const;

  function control(system: System, name: string, value: object): Promise<unknown> {
    return office.world[system].control('PUT', name, value);
  }

  test.each(SYSTEMS)(
    'of %s is told once, at once; its pairings wait and go on by themselves',
    async system => {
      const { side, revoke, renew } = revocations[system];
      const { tandem } = office.world;
      const three = [await watched('Eve'), await watched('Eli'), await watched('Emma')];
      const [first] = three as [(typeof three)[0]];
      const connections = await tandem.all<{ id: string; side: string }>('/connections');
      const id = connections.find(connection => connection.side === side)?.id ?? '';
      const ofConnection = async () =>
        kindsOf(await notifications(({ connectionId }) => connectionId === id));
      const states = () => Promise.all(three.map(async ({ seat }) => (await seat.pairing()).state));
      const become = (state: string) =>
        until(`all to be ${state}`, async () => (await states()).every(one => one === state));

      await revoke();
      expect(await first.seat.sync()).toMatchObject({ state: 'blocked' });
      await become('blocked');
      for (const { seat } of three) {
        const view = await seat.sync();
        expect(view).toMatchObject({ state: 'blocked', errorStreak: 0 });
        expect(view.reason).toContain('credentials');
        expect(view.fix).toMatch(/credentials|key/);
      }
      expect(await ofConnection()).toEqual(['connection_dead']);
      expect(await tandem.get(`/connections/${id}`)).toMatchObject({ state: 'dead' });

      await tandem.patch(`/connections/${id}`, { credentials: await renew() });
      await become('in_sync');
      await until('the recovery to be told', async () => (await ofConnection()).length > 1);
      for (const { seat } of three) expect(await seat.sync()).toMatchObject({ state: 'in_sync' });
      expect(await ofConnection()).toEqual(['connection_dead', 'connection_recovered']);
      expect(await tandem.get(`/connections/${id}`)).toMatchObject({ state: 'ok', reason: null });
      await allSent();
      for (const { seat, admin } of three) {
        expect(await told(seat)).toEqual([]);
        expect(mailsTo(admin).map(({ subject }) => subject.replace(/".*"/, '…'))).toEqual([
          'Tandem: the connection … stopped working',
          'Tandem: the connection … works again',
        ]);
      }
    },
    240_000,
  );
});
