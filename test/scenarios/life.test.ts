import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Office } from './office.ts';
import { until } from './product.ts';
import type { Seat } from './seat.ts';
import { pairing } from './tenant.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const AUTO = { newItems: { autoSync: true } };

interface Operation {
  readonly kind: string;
  readonly state: 'running' | 'done' | 'failed';
}

/** Asks for something and answers the operation's id. */
async function ask(method: 'POST' | 'DELETE', path: string): Promise<string> {
  const response = await office.world.tandem.raw(path, { method, ...(method === 'POST' && { body: '{}' }) });
  expect(response.status).toBe(202);
  return ((await response.json()) as { operationId: string }).operationId;
}

const act = (seat: Seat, action: string) => ask('POST', `/pairings/${seat.pairingId}/${action}`);

function done(operationId: string): Promise<Operation> {
  return until('the operation to end', async () => {
    const operation = await office.world.tandem.get<Operation>(`/operations/${operationId}`);
    return operation.state === 'running' ? null : operation;
  });
}

const state = (seat: Seat) => seat.pairing().then(view => view.state);

async function requestsOf(seat: Seat): Promise<number> {
  const log = await office.world.graph.control<{ mailbox?: string; subrequests?: { url: string }[] }[]>(
    'GET',
    'requests/log',
  );
  const concerns = (url: string) => decodeURIComponent(url).includes(seat.mail);
  return log.filter(
    ({ mailbox, subrequests }) =>
      mailbox === seat.mail || (subrequests ?? []).some(({ url }) => concerns(url)),
  ).length;
}

/** Both directions still work. */
async function expectAlive(seat: Seat, mark: string): Promise<void> {
  await seat.addRecord('Contact', { LastName: `Record ${mark}` });
  await seat.addContact({ surname: `Contact ${mark}` });
  await seat.sync();
  expect(await seat.names()).toEqual(expect.arrayContaining([`Record ${mark}`, `Contact ${mark}`]));
  expect(await seat.recordsNamed('Contact', `Contact ${mark}`)).toHaveLength(1);
}

describe('PAIR-4: pause, resume, sync now', () => {
  test('each is safe to repeat; a paused pairing makes no request and goes on where it stopped', async () => {
    const seat = await office.seat('Ann', AUTO);
    const first = await act(seat, 'pause');
    const second = await act(seat, 'pause');
    expect(await done(first)).toMatchObject({ kind: 'pause', state: 'done' });
    expect(await done(second)).toMatchObject({ state: 'done' });
    expect(await state(seat)).toBe('paused');

    await seat.forgetRequests();
    const sync = await office.world.tandem.raw(`/pairings/${seat.pairingId}/sync`, { method: 'POST' });
    expect(sync.status).toBe(409);
    const busy = await office.seat('Busy', AUTO);
    await seat.addRecord('Contact', { LastName: 'Waiting' });
    await busy.sync();
    expect(await requestsOf(seat)).toBe(0);

    await done(await act(seat, 'resume'));
    expect(await done(await act(seat, 'resume'))).toMatchObject({ state: 'done' });
    await until('the change to arrive', async () => (await seat.names()).includes('Waiting'));
    expect(await seat.pairing()).toMatchObject({ state: 'in_sync', reason: null });
    const [one, two] = [await act(seat, 'sync'), await act(seat, 'sync')];
    expect([await done(one), await done(two)]).toMatchObject([{ state: 'done' }, { state: 'done' }]);
    await expectAlive(seat, 'after the pause');
  });

  test('sync now during a cycle waits for one that began afterwards', async () => {
    const seat = await office.seat('Ann', AUTO);
    for (let round = 0; round < 5; round++) {
      const running = act(seat, 'sync');
      await seat.addRecord('Contact', { LastName: `Round ${round}` });
      await running;
      await done(await act(seat, 'sync'));
      await done(await act(seat, 'sync'));
      expect(await seat.names()).toContain(`Round ${round}`);
    }
  });
});

describe('POL-1, POL-26: policies', () => {
  test('disabling stops the pairing, enabling starts it again, each is safe to repeat', async () => {
    const seat = await office.seat('Ann', AUTO);
    const policy = `/policies/${seat.policyId}`;
    for (let times = 0; times < 2; times++) await office.world.tandem.post(`${policy}/disable`);
    await until('the pairing to be disabled', async () => (await state(seat)) === 'disabled');
    await seat.forgetRequests();
    await seat.addRecord('Contact', { LastName: 'Meanwhile' });
    const sync = await office.world.tandem.raw(`/pairings/${seat.pairingId}/sync`, { method: 'POST' });
    expect(sync.status).toBe(409);
    expect(await requestsOf(seat)).toBe(0);
    for (let times = 0; times < 2; times++) await office.world.tandem.post(`${policy}/enable`);
    await until('the change to arrive', async () => (await seat.names()).includes('Meanwhile'));
    await until('the cycle to end', async () => (await state(seat)) === 'in_sync');
    await expectAlive(seat, 'after enabling');
  });

  test('a change of the policy is picked up without restart', async () => {
    const seat = await office.seat('Ann', AUTO);
    await office.world.tandem.patch(`/policies/${seat.policyId}`, {
      modules: { contacts: { direction: 'to-mailbox' } },
    });
    await seat.addContact({ surname: 'Stays Here' });
    await seat.sync(2);
    expect(await seat.recordsNamed('Contact', 'Stays Here')).toEqual([]);
    await office.world.tandem.patch(`/policies/${seat.policyId}`, {
      modules: { contacts: { direction: 'both' } },
    });
    await seat.addContact({ surname: 'Goes There' });
    await seat.sync(2);
    expect(await seat.recordsNamed('Contact', 'Goes There')).toHaveLength(1);
  });
});

describe('PAIR-12: the end of a pairing', () => {
  test('keep leaves both sides as they are, and no request follows', async () => {
    const seat = await office.hire('Ann');
    const id = await seat.addRecord('Contact', { LastName: 'Kept' });
    await seat.startSync(AUTO);
    const operation = await ask('DELETE', `/pairings/${seat.pairingId}?mailbox=keep`);
    await until('the pairing to be gone', async () => {
      const { status } = await office.world.tandem.raw(`/pairings/${seat.pairingId}`);
      return status === 404;
    });
    expect(await done(operation)).toMatchObject({ state: 'done' });
    await seat.forgetRequests();
    expect(await seat.names()).toEqual(['Kept']);
    expect(await seat.record('Contact', id, 'LastName')).toEqual({ LastName: 'Kept' });
    expect(await seat.writes()).toEqual([]);
  });
});

const PROCESSES = ['api', 'worker', 'temporal', 'postgres'] as const;

/** The process as it runs now; the supervisor tells only of its own. */
function pidOf(name: (typeof PROCESSES)[number]): number {
  const { home } = office.product;
  const { pids } = office.product.run();
  if (name === 'api') return pids.api;
  if (name === 'worker') return pids.workers[0] ?? 0;
  if (name === 'postgres')
    return Number(readFileSync(join(home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const all = execFileSync('ps', ['-axo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return Number.parseInt(all.find(line => line.includes(join(home, 'temporal', 'temporal.db'))) ?? '', 10);
}

/** Another process of that name runs, and the product is ready. */
async function cameBack(name: (typeof PROCESSES)[number], killed: number): Promise<boolean> {
  try {
    const pid = pidOf(name);
    const ready = await fetch(`${office.world.run.api}/readyz`);
    return pid > 0 && pid !== killed && ready.ok;
  } catch {
    return false;
  }
}

describe('PAIR-2: restarts lose nothing', () => {
  let seat: Seat;
  beforeAll(async () => {
    seat = await office.seat('Rex', AUTO);
  });

  const notifications = () => office.world.tandem.all<{ kind: string }>('/notifications');

  test('the whole product stops and goes on, emulated systems included', async () => {
    await expectAlive(seat, 'one');
    await office.product.stop();
    await office.product.start();
    await expectAlive(seat, 'two');
    expect(await seat.names()).toContain('Record one');
    await seat.expectSilence();
  }, 120_000);

  test('Temporal’s store is lost while an alert stands: nothing else is, and nobody is alerted again', async () => {
    const faults = (list: object[]) => office.world.graph.control('PUT', 'faults', list);
    await faults([{ match: '*', mode: 'status', status: 500 }]);
    await seat.sync(5);
    const told = await notifications();
    expect(told.map(({ kind }) => kind)).toContain('pairing_errors');
    await office.product.stop();
    rmSync(join(office.product.home, 'temporal'), { recursive: true, force: true });
    await office.product.start();
    await faults([{ match: '*', mode: 'status', status: 500 }]);
    await seat.sync();
    expect(await notifications()).toHaveLength(told.length);
    await faults([]);
    await expectAlive(seat, 'three');
    expect(await seat.names()).toContain('Record two');
    await seat.expectSilence();
  }, 180_000);

  test('the operating system kills API, worker, Temporal and PostgreSQL: all come back and sync', async () => {
    for (const name of PROCESSES) {
      const killed = pidOf(name);
      process.kill(killed, 'SIGKILL');
      await until(`${name} to come back`, () => cameBack(name, killed), 90_000, 250);
      await expectAlive(seat, `after ${name}`);
    }
    expect((await pairing(office.world, seat.pairingId)).state).toBe('in_sync');
    await seat.expectSilence();
  }, 300_000);
});
