import type { SeedReport } from './job.ts';

/** One line that counts, where somebody looks on. */
export class Progress {
  readonly #all: number;
  #ended = 0;
  readonly #failed: number[] = [];

  constructor(all: number) {
    this.#all = all;
  }

  note({ seed, failure }: SeedReport): void {
    this.#ended += 1;
    if (failure) this.#failed.push(seed);
    const failures = this.#failed.length === 0 ? 'no failure' : `failures: ${this.#failed.join(', ')}`;
    this.#show(`${this.#ended} of ${this.#all} seeds, ${failures}`);
  }

  end(): void {
    this.#show('');
  }

  #show(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  }
}
