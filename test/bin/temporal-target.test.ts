import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEnvironment } from '../../bin/environment.ts';
import { hasTemporalTarget, temporalTarget } from '../../bin/temporal-target.ts';

const targetOf = (variables: Record<string, string>) => temporalTarget(readEnvironment(variables));

function configFile(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'tandem-target-')), 'temporal.toml');
  writeFileSync(
    file,
    [
      '[profile.default]',
      'address = "default.example.com:7233"',
      '[profile.cloud]',
      'address = "sync.a1b2c.tmprl.cloud:7233"',
      'namespace = "sync.a1b2c"',
      'api_key = "from-the-file"',
    ].join('\n'),
  );
  return file;
}

test('an address alone is a server without TLS and its default namespace (OPS-6)', () => {
  const { connection, namespace } = targetOf({ TEMPORAL_ADDRESS: 'temporal.example.com:7233' });
  expect(connection).toMatchObject({ address: 'temporal.example.com:7233', tls: undefined });
  expect(namespace).toBe('default');
});

test('an API key means TLS', () => {
  const { connection } = targetOf({
    TEMPORAL_ADDRESS: 'temporal.example.com:7233',
    TEMPORAL_API_KEY: 'secret',
  });
  expect(connection).toMatchObject({ apiKey: 'secret', tls: true });
});

test('an API key may be a file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tandem-target-')), 'key');
  writeFileSync(file, 'secret\n');
  const { connection } = targetOf({ TEMPORAL_ADDRESS: 't.example.com:7233', TEMPORAL_API_KEY_FILE: file });
  expect(connection.apiKey).toBe('secret');
});

test('a profile says all; a variable says it again', () => {
  const profile = { TEMPORAL_PROFILE: 'cloud', TEMPORAL_CONFIG_FILE: configFile() };
  expect(targetOf(profile)).toMatchObject({
    connection: { address: 'sync.a1b2c.tmprl.cloud:7233', apiKey: 'from-the-file', tls: true },
    namespace: 'sync.a1b2c',
  });
  expect(targetOf({ ...profile, TEMPORAL_NAMESPACE: 'other' }).namespace).toBe('other');
});

test('certificates are read', () => {
  const { connection } = targetOf({
    TEMPORAL_ADDRESS: 't.example.com:7233',
    TEMPORAL_TLS_CLIENT_CERT_DATA: 'certificate',
    TEMPORAL_TLS_CLIENT_KEY_DATA: 'key',
  });
  expect(connection.tls).toMatchObject({
    clientCertPair: { crt: expect.anything(), key: expect.anything() },
  });
});

test('without an address there is a clear error', () => {
  expect(() => targetOf({})).toThrow(/TEMPORAL_ADDRESS: is required/);
  expect(() => targetOf({ TEMPORAL_PROFILE: 'none', TEMPORAL_CONFIG_FILE: configFile() })).toThrow(
    /TEMPORAL_PROFILE/,
  );
  expect(hasTemporalTarget(readEnvironment({}))).toBe(false);
});
