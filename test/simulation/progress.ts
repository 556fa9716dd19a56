import type { SeedReport } from './job.ts';

/** One line that counts, where somebody looks on. */
export class Progress {
  readonly #all: number;
  #ended = 0;
  #failed = 0;

  constructor(all: number) {
    this.#all = all;
  }

  note({ failure }: SeedReport): void {
    this.#ended += 1;
    if (failure) this.#failed += 1;
    this.#show(`${this.#ended} of ${this.#all} seeds, ${this.#failed} failures`);
  }

  end(): void {
    this.#show('');
  }

  #show(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  }
}
