import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type EnvironmentError, readEnvironment } from '../../bin/environment.ts';

function problemsOf(variables: Record<string, string>): readonly string[] {
  try {
    readEnvironment(variables);
  } catch (error) {
    return (error as EnvironmentError).problems;
  }
  return [];
}

test('an empty environment is complete', () => {
  expect(readEnvironment({})).toMatchObject({
    TANDEM_HOME: resolve('.tandem'),
    TANDEM_WORKERS: 1,
    TANDEM_OFFLINE: false,
  });
});

test('an empty variable counts as not set', () => {
  expect(readEnvironment({ TANDEM_PORT: '', DATABASE_URL: '' }).TANDEM_PORT).toBeUndefined();
});

test('all problems are told at once, each with its variable', () => {
  const problems = problemsOf({
    TANDEM_PORT: 'eighty',
    TANDEM_WORKERS: '0',
    TEMPORAL_ADDRESS: 'temporal.example.com',
    DATABASE_URL: 'mysql://localhost/tandem',
  });
  expect(problems.map(problem => problem.split(':')[0])).toEqual([
    'TANDEM_PORT',
    'TANDEM_WORKERS',
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
  ]);
});

test('the error lists what is wrong, for a person', () => {
  expect(() => readEnvironment({ TEMPORAL_ADDRESS: 'x' })).toThrow(/TEMPORAL_ADDRESS: must be host:port/);
});

test('a secret may stand in a file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tandem-environment-')), 'key');
  writeFileSync(file, 'an-installation-key\n');
  expect(readEnvironment({ TANDEM_INSTALLATION_KEY_FILE: file }).TANDEM_INSTALLATION_KEY).toBe(
    'an-installation-key',
  );
});

test.each([
  ['a missing file', { TANDEM_KEYS_FILE: '/nowhere/keys.json' }, /TANDEM_KEYS_FILE: cannot read/],
  ['two values', { TANDEM_KEYS: '{}', TANDEM_KEYS_FILE: '/dev/null' }, /TANDEM_KEYS: is set twice/],
])('a secret with %s is a problem', (_what, variables, expected) => {
  expect(problemsOf(variables).join('\n')).toMatch(expected);
});
