import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../bin/environment.ts';
import { findMutant } from '../mutants/chosen.ts';
import { type DatabaseServer, startDatabaseServer } from '../setup/database-server.ts';
import { Progress } from './progress.ts';
import { asJson, asText, type Timed } from './result.ts';
import { runSeeds } from './seeds.ts';
import { readWanted, USAGE, type Wanted, WrongUsage } from './wanted.ts';

process.exitCode = await run();

/** 0: nothing is wrong with any seed, 1: something is, 2: the command line is wrong. */
async function run(): Promise<number> {
  try {
    const wanted = readWanted(process.argv.slice(2));
    requireMutant(wanted.mutant);
    const result = await (wanted.postgresEvery === null ? play(wanted, null) : withServer(wanted));
    process.stdout.write(`${wanted.json ? asJson(result) : asText(result)}\n`);
    return result.failures.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    return 2;
  }
}

function requireMutant(name: string | null): void {
  try {
    if (name !== null) findMutant(name);
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}

async function withServer(wanted: Wanted): Promise<Timed> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-simulation-'));
  let server: DatabaseServer | null = null;
  try {
    server = await startDatabaseServer(readEnvironment(), folder);
    return await play(wanted, server.adminUrl);
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(wanted: Wanted, adminUrl: string | null): Promise<Timed> {
  const { postgresEvery, tellsStory, ...options } = wanted;
  const progress = new Progress(wanted.to - wanted.from + 1);
  const startedMs = performance.now();
  const result = await runSeeds({
    ...options,
    server: adminUrl !== null && postgresEvery !== null ? { adminUrl, every: postgresEvery } : null,
    ...(tellsStory && { mostShrinkingRuns: 0 }),
    onSeed: report => progress.note(report),
  });
  progress.end();
  return { ...result, durationMs: performance.now() - startedMs, tellsStory };
}
