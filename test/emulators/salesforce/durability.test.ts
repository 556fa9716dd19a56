import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, type Info, startOrg } from './org.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'salesforce-emulator-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function startProcess(stateFile: string): Promise<{ child: ChildProcess; url: string }> {
  const main = join(import.meta.dirname, '../../../emulators/salesforce/main.ts');
  const child = spawn(process.execPath, [main, '--state', stateFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
  return { child, url: JSON.parse(String(line)).url };
}

describe('state', () => {
  it('is the same after a restart: identity, sessions, schema, rules, clock and records', async () => {
    const stateFile = join(folder, 'restart.sqlite');
    const before = await startOrg({ stateFile });
    await before.control('POST', '/schema', {
      object: 'Contact',
      fields: [{ name: 'Ext__c', externalId: true }],
    });
    await before.control('POST', '/load', {
      validationRules: [{ object: 'Lead', condition: 'Title = null', errorMessage: 'Title!' }],
    });
    await before.admin.create('Contact', { LastName: 'Kept', Ext__c: 'e' });
    await before.close();

    const after = await startOrg({ stateFile });
    const session = clientOf(after.emulator.url, before.admin.token);
    expect({ ...after.info, loginUrl: '', instanceUrl: '' }).toEqual({
      ...before.info,
      loginUrl: '',
      instanceUrl: '',
    });
    expect(await session.column("SELECT LastName FROM Contact WHERE Ext__c = 'e'", 'LastName')).toEqual([
      'Kept',
    ]);
    expect(
      (await session.call('POST', '/sobjects/Lead', { LastName: 'x', Company: 'y' })).body[0].message,
    ).toBe('Title!');
    expect((await session.call('GET', '/limits')).headers.get('date')).toContain('02 Mar 2026');
    await after.close();
  });

  it('survives kill -9 with everything that was answered', async () => {
    const stateFile = join(folder, 'killed.sqlite');
    const first = await startProcess(stateFile);
    const info = (await (await fetch(`${first.url}/_emulator/info`)).json()) as Info;
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: info.clientId,
      client_secret: info.clientSecret,
    });
    const answer = await fetch(`${first.url}/services/oauth2/token`, { method: 'POST', body });
    const { access_token } = (await answer.json()) as { access_token: string };
    const records = Array.from({ length: 200 }, (_, i) => ({
      attributes: { type: 'Contact' },
      LastName: `L${i}`,
    }));
    const written = await clientOf(first.url, access_token).call('POST', '/composite/sobjects', { records });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const second = await startProcess(stateFile);
    const ids = await clientOf(second.url, access_token).column('SELECT Id FROM Contact ORDER BY Id');
    expect(ids).toEqual(written.body.map((result: { id: string }) => result.id));
    second.child.kill('SIGTERM');
    expect(await once(second.child, 'exit')).toEqual([0, null]);
  });
});
