import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endProcess } from './process-table.ts';

const POLL_INTERVAL_MS = 50;
const LOG_TAIL_LINES = 15;
const ORPHAN_GUARD = new URL('orphan-guard.ts', import.meta.url).href;

export type ProcessSpec = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Record<string, string>;
  readonly logFile: string;
  /** `node`: one of ours, with an IPC channel; `server`: a foreign program. Both end when this process dies. */
  readonly kind: 'node' | 'server';
  /** A question asked until it says yes, or the message `ready` that a process of ours sends. */
  readonly ready: 'message' | (() => Promise<boolean>);
  readonly readyWithinMs: number;
  readonly stopSignal: NodeJS.Signals;
  readonly graceMs: number;
  /** Where the pid is noted, for a program that does not do so itself. */
  readonly pidFile?: string;
};

export type RunningProcess = {
  readonly pid: number;
  /** Settles when the process has ended, for whatever reason, with the reason. */
  readonly ended: Promise<string>;
  /** Asks it to end, kills it after its grace period. */
  stop(): Promise<void>;
};

class ProcessStartError extends Error {
  constructor(spec: ProcessSpec, reason: string) {
    super(`${spec.name} did not start: ${reason}. The end of ${spec.logFile}:\n${tailOf(spec.logFile)}`);
    this.name = 'ProcessStartError';
  }
}

/** A process of ours: `script` on this same Node, ended by its orphan guard when this process dies. */
export function nodeProcess(
  script: string,
  args: readonly string[],
): Pick<ProcessSpec, 'command' | 'args' | 'kind' | 'stopSignal'> {
  const file = fileURLToPath(new URL(`../${script}`, import.meta.url));
  return {
    command: process.execPath,
    args: ['--import', ORPHAN_GUARD, file, ...args],
    kind: 'node',
    stopSignal: 'SIGTERM',
  };
}

/** Starts the process and waits until it is ready. Its output goes to its log file. */
export async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  const child = launch(spec);
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? `exit code ${code}`));
  await once(child, 'spawn').catch(error => {
    throw new ProcessStartError(spec, (error as Error).message);
  });
  const pid = child.pid!;
  if (spec.pidFile) writeFileSync(spec.pidFile, String(pid));
  const dismissGuard = spec.kind === 'server' ? guard(pid, spec.stopSignal) : () => {};
  void ended.then(dismissGuard);

  const stop = async () => {
    await endProcess(pid, spec.stopSignal, spec.graceMs);
    await ended;
  };
  const problem = await problemBeforeReady(spec, child, ended);
  if (problem === undefined) return { pid, ended, stop };
  await stop();
  throw new ProcessStartError(spec, problem);
}

/** In a session of its own: Ctrl-C reaches this process alone, which then stops the others in order. */
function launch(spec: ProcessSpec): ChildProcess {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, 'a', 0o600);
  try {
    const child = spawn(spec.command, spec.args, {
      env: spec.environment,
      detached: true,
      stdio: spec.kind === 'node' ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    });
    child.on('error', () => {});
    return child;
  } finally {
    closeSync(log);
  }
}

/** Ends a foreign program when this process dies: the shell's `read` returns at the end of our pipe to it. */
function guard(pid: number, signal: NodeJS.Signals): () => void {
  const script = `read -r _ || kill -s ${signal.slice('SIG'.length)} ${pid}`;
  const shell = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return () => shell.stdin.end('ended\n');
}

async function problemBeforeReady(
  spec: ProcessSpec,
  child: ChildProcess,
  ended: Promise<string>,
): Promise<string | undefined> {
  const abort = new AbortController();
  const { signal } = abort;
  try {
    return await Promise.race([
      readiness(spec, child, signal),
      ended.then(reason => `it ended with ${reason}`),
      sleep(spec.readyWithinMs, `it was not ready after ${spec.readyWithinMs / 1000} s`, { signal }),
    ]);
  } finally {
    abort.abort();
  }
}

async function readiness(spec: ProcessSpec, child: ChildProcess, signal: AbortSignal): Promise<undefined> {
  if (spec.ready === 'message') {
    while ((await once(child, 'message', { signal }))[0] !== 'ready');
    return;
  }
  while (!signal.aborted && !(await spec.ready())) await sleep(POLL_INTERVAL_MS);
}

function tailOf(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}
