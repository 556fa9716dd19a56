import { createHash, type Hash } from 'node:crypto';
import type { Exchange } from './traffic.ts';

/** Everything that a run did outside, in its order; two runs of a seed have the same. */
export class Trace {
  readonly #hash: Hash = createHash('sha256');
  readonly lines: string[] = [];
  readonly #keeps: boolean;

  /** `keeps`: the lines as well, for reading. */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  effect(task: string | null, what: string): void {
    this.#add(`${task ?? 'outside'}: ${what}`);
  }

  exchange(exchange: Exchange): void {
    // Signed assertions differ with the key that a process makes for itself.
    const { path, status } = exchange;
    this.#add(path.includes('oauth2') ? `${path} ${status}` : JSON.stringify(exchange));
  }

  say(text: string): void {
    this.#add(text);
  }

  digest(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }

  #add(line: string): void {
    this.#hash.update(`${line}\n`);
    if (this.#keeps) this.lines.push(line);
  }
}
