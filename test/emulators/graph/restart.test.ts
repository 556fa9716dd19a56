import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchJson, startTenant } from './tenant-under-test.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graph-emulator-'));
});
afterEach(() => rm(folder, { recursive: true }));

const contacts = '/users/ada@example.com/contacts';
const stable = { Prefer: 'IdType="ImmutableId"' };

describe('the state', () => {
  it('outlives a restart: users, items, cursors, tokens', async () => {
    const stateFile = join(folder, 'state.db');
    const before = await startTenant(undefined, { stateFile });
    const token = await before.renewToken();
    const ids: string[] = [];
    for (const givenName of ['A', 'B', 'C']) {
      ids.push((await before.call('POST', contacts, { body: { givenName }, headers: stable })).body.id);
    }
    const { deltaLink } = await before.round(`${contacts}/delta`, stable);
    await before.call('DELETE', `${contacts}/${ids[0]}`);
    await before.call('PATCH', `${contacts}/${ids[1]}`, { body: { surname: 'New' } });
    const folderId = (
      await before.call('POST', '/users/ada@example.com/contactFolders', { body: { displayName: 'CRM' } })
    ).body.id;
    await before.control('PUT', 'clock', { offsetMs: 60_000 });
    await before.close();

    const after = await startTenant([], { stateFile });
    expect((await after.control('GET', 'clock')).body.offsetMs).toBe(60_000);
    const read = await after.call('GET', `${contacts}/${ids[1]}`, { token });
    expect(read.body).toMatchObject({ givenName: 'B', surname: 'New' });
    const link = new URL(deltaLink);
    const { rows } = await after.round(`${after.url}${link.pathname}${link.search}`, stable);
    expect(rows.map(row => row.id)).toEqual([ids[0], ids[1]]);
    expect(rows[0]['@removed']).toEqual({ reason: 'deleted' });
    expect(
      (await after.call('GET', `/users/ada@example.com/contactFolders/${folderId}`)).body.displayName,
    ).toBe('CRM');
    const created = await after.call('POST', contacts, { body: { givenName: 'D' }, headers: stable });
    expect(ids).not.toContain(created.body.id);
    await after.close();
  });

  it('is consistent after the process was killed, and complete after it was ended', async () => {
    const stateFile = join(folder, 'state.db');
    const first = await startProcess(stateFile);
    await control(first.url, 'load', { users: [{ mail: 'ada@example.com' }] });
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');

    const second = await startProcess(stateFile);
    const { body } = await control(second.url, 'load', { users: [{ mail: 'bob@example.com' }] });
    second.process.kill('SIGTERM');
    const [exitCode] = await once(second.process, 'exit');
    expect(exitCode).toBe(0);

    const third = await startTenant([], { stateFile });
    expect((await third.call('GET', `/users/${body.users[0].id}`)).body.mail).toBe('bob@example.com');
    await third.close();
  });
});

async function startProcess(stateFile: string): Promise<{ process: ChildProcess; url: string }> {
  const main = new URL('../../../emulators/graph/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, '--state-file', stateFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout! }), 'line');
  return { process: child, url: JSON.parse(String(line)).url };
}

const control = (url: string, name: string, body: unknown) =>
  fetchJson(`${url}/_emulator/${name}`, { method: 'POST', body: JSON.stringify(body) });
