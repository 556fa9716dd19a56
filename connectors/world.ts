/** One exchange with a vendor, as plain text: both vendors speak JSON. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface HttpLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/**
 * Everything that reaches the engine and does not follow from its inputs: time, chance and the network. A simulation
 * gives another one and gets the same run for the same seed, which is why nothing in `sync/`, `activities/` and
 * `connectors/` may ask the machine itself (`npm run check`).
 */
export interface World {
  /** Epoch milliseconds, for ages, windows and schedules. */
  now(): number;
  /** Epoch milliseconds on the clock that timers run on. */
  machineNow(): number;
  sleep(delayMs: number): Promise<void>;
  /** So many bytes that nobody can guess, each given once. */
  randomBytes(size: number): Uint8Array;
  /** Sends once and follows nothing. Throws the error of the transport, with its `code`, when there is no whole answer. */
  exchange(request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer>;
  /** Only these hosts ever get a credential: `host`, `host:port` or `*.domain`. */
  readonly allowedHosts: ReadonlySet<string>;
}
