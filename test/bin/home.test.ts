import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Home, HomeInUseError } from '../../bin/home.ts';

function freshHome(): Home {
  return new Home(join(mkdtempSync(join(tmpdir(), 'tandem-home-')), 'home'));
}

/** A process whose command line says `tandem`, as a supervisor's does. */
async function otherTandem(): Promise<{ pid: number; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'tandem']);
  await once(child, 'spawn');
  return {
    pid: child.pid!,
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('other users cannot read what is in it', () => {
  const home = freshHome();
  home.open();
  home.write('keys.json', { secret: 1 });
  expect(statSync(home.root).mode & 0o077).toBe(0);
  expect(statSync(home.path('keys.json')).mode & 0o077).toBe(0);
});

test('what is remembered is made once', () => {
  const home = freshHome();
  home.open();
  expect(home.remember('ports.json', () => ({ api: 1 }))).toEqual({ api: 1 });
  expect(home.remember('ports.json', () => ({ api: 2 }))).toEqual({ api: 1 });
});

test('a damaged file is an error that says what to do', () => {
  const home = freshHome();
  home.open();
  writeFileSync(home.path('ports.json'), '{"api":');
  expect(() => home.read('ports.json')).toThrow(/ports\.json is damaged .* Restore or delete it/);
});

test('run.json goes when the product stops, and one that a crash left goes at the next start', () => {
  const home = freshHome();
  home.open();
  home.write('run.json', {});
  new Home(home.root).open();
  expect(existsSync(home.path('run.json'))).toBe(false);
  home.write('run.json', {});
  home.close();
  expect(existsSync(home.path('run.json'))).toBe(false);
});

test('a second start in the same home is refused while the first runs, and only then', async () => {
  const home = freshHome();
  home.open();
  const first = await otherTandem();
  writeFileSync(home.path('lock'), String(first.pid));
  expect(() => home.open()).toThrow(HomeInUseError);
  await first.kill();
  home.open();
  expect(readFileSync(home.path('lock'), 'utf8')).toBe(String(process.pid));
});

test('a pid that belongs to another program is no running product', () => {
  const home = freshHome();
  home.open();
  writeFileSync(home.path('lock'), '1');
  expect(() => home.open()).not.toThrow();
});
