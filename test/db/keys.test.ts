import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCredentials } from '../../db/connections.ts';
import { openDatabase } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { addKey, generateKeyRing, keyRingFile, parseKeyRing } from '../../db/keys.ts';
import { rotateRing } from '../../db/rotation.ts';
import { connection, organizationIn, useWorld } from './world.ts';

const key = () => randomBytes(32).toString('base64');

describe('a key ring', () => {
  test.each([
    ['no JSON', 'nonsense', /must be JSON/],
    ['a list', '[]', /must be JSON/],
    ['no keys', '{"current":"a"}', /must be JSON/],
    ['a short key', '{"current":"a","keys":{"a":"c2hvcnQ="}}', /Key "a".*32 bytes/],
    ['a current key that is not there', `{"current":"b","keys":{"a":"${key()}"}}`, /"b" is not among/],
  ])('with %s is refused, and the message shows no key', (_, text, message) => {
    expect(() => parseKeyRing(text)).toThrow(message);
    expect(() => parseKeyRing(text)).not.toThrow(text);
  });

  test('unwraps what it wrapped, for the same organization only', () => {
    const ring = parseKeyRing(generateKeyRing());
    const dataKey = randomBytes(32);
    const wrapped = ring.wrap('org_a', dataKey, randomBytes);
    expect(ring.unwrap('org_a', wrapped)).toEqual(dataKey);
    expect(wrapped.wrapped.includes(dataKey)).toBe(false);
    expect(() => ring.unwrap('org_b', wrapped)).toThrow();
    expect(() => parseKeyRing(generateKeyRing()).unwrap('org_a', wrapped)).toThrow();
  });

  test('that misses a key says which', () => {
    const wrapped = parseKeyRing(generateKeyRing()).wrap('org_a', randomBytes(32), randomBytes);
    const other = parseKeyRing(JSON.stringify({ current: 'other', keys: { other: key() } }));
    expect(() => other.unwrap('org_a', wrapped)).toThrow(/no key "k1".*put it back/);
  });

  test('in a file is for its owner only, and stays', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tandem-keys-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'keys.json');
    const wrapped = (await keyRingFile(path)).wrap('org_a', Buffer.from('data'), randomBytes);
    expect((await keyRingFile(path)).unwrap('org_a', wrapped).toString()).toBe('data');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

describe('rotating the ring (OPS-5)', () => {
  const oldRing = generateKeyRing();
  const world = useWorld({ ring: oldRing });

  test('re-wraps every data key while work goes on; then the old key may go', async () => {
    const organizations = await Promise.all([1, 2, 3].map(() => world.organization()));
    const sealed = await Promise.all(
      organizations.map(async id => ({
        id,
        connectionId: await world.database.inOrganization(id, async tx => (await connection(tx)).id),
      })),
    );
    const bothRing = addKey(oldRing, 'k2');
    const both = openDatabase({ url: world.urls.applicationUrl, keyRing: parseKeyRing(bothRing) });
    onTestFinished(() => both.close());

    const [rotation] = await Promise.all([
      rotateRing(both),
      ...sealed.flatMap(({ id }) =>
        [world.database, both].map(database => database.inOrganization(id, tx => connection(tx))),
      ),
    ]);
    expect(rotation).toEqual({ rewrapped: 3 });
    expect(await rotateRing(both)).toEqual({ rewrapped: 0 });

    const { keys } = JSON.parse(bothRing);
    const newRing = parseKeyRing(JSON.stringify({ current: 'k2', keys: { k2: keys.k2 } }));
    const after = openDatabase({ url: world.urls.applicationUrl, keyRing: newRing });
    onTestFinished(() => after.close());
    for (const { id, connectionId } of sealed) {
      expect(await after.inOrganization(id, tx => openCredentials(tx, connectionId))).toEqual({
        clientId: 'c',
        clientSecret: 's',
      });
    }
  });

  test('an organization whose key is not in the ring fails with what to do', async () => {
    const foreign = parseKeyRing(JSON.stringify({ current: 'other', keys: { other: key() } }));
    const id = await organizationIn(world.database);
    const database = openDatabase({ url: world.urls.applicationUrl, keyRing: foreign });
    onTestFinished(() => database.close());
    await expect(database.inOrganization(id, async () => undefined)).rejects.toThrow(/put it back/);
  });
});

describe('ids', () => {
  test('name their kind and never repeat', () => {
    const ids = Array.from({ length: 1_000 }, () => newId('policy', randomBytes));
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^pol_[0-9a-hjkmnp-tv-z]{20}$/);
  });

  test('are the same from the same source of random bytes', () => {
    const seeded = (size: number) => new Uint8Array(size).fill(7);
    expect(newId('item', seeded)).toBe(newId('item', seeded));
  });
});
