import { z } from 'zod';

const matcher = z.strictObject({
  method: z.string().optional(),
  /** A part of the target or of the route, or a regular expression between slashes. */
  path: z.string().optional(),
  /** The user's id, mail address or principal name. */
  mailbox: z.string().optional(),
  /** Only inside batches, or only outside; both when absent. */
  subrequest: z.boolean().optional(),
});

const faultSchema = z.strictObject({
  match: z.union([z.string(), matcher]).optional(),
  mode: z.enum(['status', 'lost-response', 'disconnect', 'latency', 'partial', 'expired-cursor']),
  status: z.number().int().min(400).max(599).optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  /** Seconds. */
  retryAfter: z.number().min(0).optional(),
  delayMs: z.number().min(0).optional(),
  /** How often it happens; without, always. */
  times: z.number().int().min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
});

/** A list, or an object that holds it. */
export const faultsSchema = z.preprocess(
  given => (typeof given === 'object' && given !== null && 'faults' in given ? given.faults : given),
  z.array(faultSchema),
);

export type Fault = z.infer<typeof faultSchema>;
export type FaultMode = Fault['mode'];

/** A request as faults see it. */
export interface FaultTarget {
  method: string;
  target: string;
  /** The pattern of its route, once that is known. */
  route: string;
  /** All names of its mailbox. */
  mailbox: string[];
  subrequest: boolean;
}

interface ArmedFault extends Fault {
  left: number;
}

/** The injected faults; the random ones follow a seeded generator. */
export class Faults {
  #armed: ArmedFault[] = [];
  random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  set(faults: Fault[]): void {
    this.#armed = faults.map(fault => ({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  }

  /** The faults as they are now, without those that are used up. */
  list(): Fault[] {
    return this.#armed
      .filter(fault => fault.left > 0)
      .map(({ left, ...fault }) => (fault.times === undefined ? fault : { ...fault, times: left }));
  }

  /** The first fault of the given modes that strikes this request. */
  strike(target: FaultTarget, modes: readonly FaultMode[]): Fault | undefined {
    if (this.#armed.length === 0) return undefined;
    const fault = this.#armed.find(
      armed => armed.left > 0 && modes.includes(armed.mode) && fits(armed, target) && this.#happens(armed),
    );
    if (fault) fault.left--;
    return fault;
  }

  #happens({ probability }: Fault): boolean {
    return probability === undefined || this.random() < probability;
  }
}

function fits({ match }: Fault, target: FaultTarget): boolean {
  if (match === undefined || match === '*') return true;
  if (typeof match === 'string') return fitsPath(match, target);
  const { method, path, mailbox, subrequest } = match;
  return (
    (method === undefined || method.toUpperCase() === target.method) &&
    (path === undefined || fitsPath(path, target)) &&
    (mailbox === undefined || target.mailbox.includes(mailbox.toLowerCase())) &&
    (subrequest === undefined || subrequest === target.subrequest)
  );
}

const REGULAR_EXPRESSION = /^\/(.+)\/(i?)$/;

function fitsPath(wanted: string, { method, target, route }: FaultTarget): boolean {
  const texts = [`${method} ${target}`, `${method} /v1.0${target}`, `${method} ${route}`];
  const [, source, flags] = wanted.includes('{id}') ? [] : (REGULAR_EXPRESSION.exec(wanted) ?? []);
  if (source !== undefined) {
    const pattern = new RegExp(source, flags);
    return texts.some(text => pattern.test(text));
  }
  return texts.some(text => text.toLowerCase().includes(wanted.toLowerCase()));
}
