export interface ClockState {
  now: string;
  fixed: boolean;
  offsetMs: number;
}

/** The emulator's time: the source's time plus an offset, or a fixed moment. */
export class Clock {
  readonly #source: () => number;
  #fixedAt: number | undefined;
  #offsetMs = 0;

  constructor(source: () => number) {
    this.#source = source;
  }

  now(): number {
    return this.#fixedAt ?? this.#source() + this.#offsetMs;
  }

  fix(at: number): void {
    this.#fixedAt = at;
    this.#offsetMs = 0;
  }

  shift(offsetMs: number): void {
    this.#fixedAt = undefined;
    this.#offsetMs = offsetMs;
  }

  advance(byMs: number): void {
    if (this.#fixedAt === undefined) this.#offsetMs += byMs;
    else this.#fixedAt += byMs;
  }

  restore({ now, fixed, offsetMs }: ClockState): void {
    if (fixed) this.fix(Date.parse(now));
    else this.shift(offsetMs);
  }

  state(): ClockState {
    return {
      now: new Date(this.now()).toISOString(),
      fixed: this.#fixedAt !== undefined,
      offsetMs: this.#offsetMs,
    };
  }
}
