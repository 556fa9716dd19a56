import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runs } from './process-table.ts';

/** The folder that holds all state of one embedded installation. Nothing of it is readable by other users. */
export class Home {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  /** Creates the folder and makes this process its only user. */
  open(): void {
    for (const folder of ['logs', 'emulators']) mkdirSync(this.path(folder), { recursive: true });
    chmodSync(this.root, 0o700);
    this.#lock();
    this.remove('run.json');
  }

  /** Gives the folder back; `run.json` goes, so that nobody believes that the product still runs. */
  close(): void {
    this.remove('run.json');
    this.remove('lock');
  }

  read<T>(name: string): T | undefined {
    const file = this.path(name);
    if (!existsSync(file)) return undefined;
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as T;
    } catch (error) {
      throw new Error(
        `${file} is damaged (${(error as Error).message}). Restore or delete it, then start again.`,
      );
    }
  }

  /** Whole or not at all: a reader or a crash never meets half a file. */
  write(name: string, value: unknown): void {
    const file = this.path(name);
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}.tmp`;
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true, recursive: true });
  }

  /** What the file holds, or, the first time, what `create` makes: it stays the same over restarts. */
  remember<T>(name: string, create: () => T): T {
    const known = this.read<T>(name);
    if (known !== undefined) return known;
    const value = create();
    this.write(name, value);
    return value;
  }

  #lock(): void {
    const file = this.path('lock');
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(readFileSync(file, 'utf8'));
      if (holder > 0 && holder !== process.pid && runs(holder, ['tandem']))
        throw new HomeInUseError(this.root, holder);
      rmSync(file, { force: true });
      this.#lock();
    }
  }
}

export class HomeInUseError extends Error {
  constructor(root: string, pid: number) {
    super(
      `Tandem already runs in ${root} (process ${pid}). Stop it first, or set TANDEM_HOME to another folder.`,
    );
    this.name = 'HomeInUseError';
  }
}

export function randomSecret(): string {
  return randomBytes(24).toString('base64url');
}
