import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { GraphEmulator } from '../emulator.ts';
import { GraphError } from '../protocol/errors.ts';
import { readBody } from '../protocol/http-exchange.ts';
import type { Clock } from '../store/clock.ts';
import { applicationSchema, changeApplication, describeApplication } from './application.ts';
import { deliver, deliverySchema } from './deliver.ts';
import { faultsSchema } from './faults.ts';
import { load, loadSchema } from './load.ts';
import { inviteFromOutside, inviteSchema, respondByUser, respondSchema } from './meeting-hand.ts';
import {
  behaviourSchema,
  clockSchema,
  limitsSchema,
  moveSchema,
  moveTaskSchema,
  touchSchema,
} from './schemas.ts';
import { moveByUser, moveTaskByUser, touchByServer } from './user-hand.ts';

type Handler = (emulator: GraphEmulator, body: unknown) => unknown;

const HANDLERS: Record<string, Handler> = {
  'GET info': emulator => describeApplication(emulator.tenant),
  'PUT app': (emulator, body) => changeApplication(emulator.tenant, applicationSchema.parse(body)),
  'POST reset': emulator => {
    emulator.reset();
    return {};
  },
  'POST load': (emulator, body) => load(emulator, loadSchema.parse(body)),
  'POST deliver': (emulator, body) => deliver(emulator, deliverySchema.parse(body)),
  'POST move': (emulator, body) => moveByUser(emulator, moveSchema.parse(body)),
  'POST move-task': (emulator, body) => moveTaskByUser(emulator, moveTaskSchema.parse(body)),
  'POST touch': (emulator, body) => touchByServer(emulator, touchSchema.parse(body)),
  'POST respond': (emulator, body) => respondByUser(emulator, respondSchema.parse(body)),
  'POST invite': (emulator, body) => inviteFromOutside(emulator, inviteSchema.parse(body)),
  'GET outbox': emulator => ({ value: emulator.tenant.outbox.mails }),
  'POST outbox/reset': emulator => {
    emulator.tenant.outbox.reset();
    return {};
  },
  'GET requests': emulator => emulator.log.counts(),
  'GET requests/log': emulator => emulator.log.entries(),
  'POST requests/reset': emulator => {
    emulator.log.reset();
    return {};
  },
  'GET faults': emulator => emulator.faults.list(),
  'PUT faults': (emulator, body) => {
    emulator.faults.set(faultsSchema.parse(body));
    return emulator.faults.list();
  },
  'GET behaviour': emulator => emulator.world.behaviour,
  'PUT behaviour': (emulator, body) => {
    emulator.setBehaviour(behaviourSchema.parse(body));
    return emulator.world.behaviour;
  },
  'GET limits': emulator => limitsOf(emulator),
  'PUT limits': (emulator, body) => {
    const { deltaGenerations, ...limits } = limitsSchema.parse(body);
    Object.assign(emulator.throttle.limits, limits);
    if (deltaGenerations !== undefined) emulator.world.rounds.generationLimit = deltaGenerations;
    return limitsOf(emulator);
  },
  'GET clock': emulator => emulator.clock.state(),
  'PUT clock': (emulator, body) => {
    setClock(emulator.clock, clockSchema.parse(body));
    emulator.tenant.saveClock();
    return emulator.clock.state();
  },
};

/** Nothing said sets the clock back to the time of its source. */
function setClock(clock: Clock, { now, offsetMs, advanceMs }: z.infer<typeof clockSchema>): void {
  if (advanceMs !== undefined) clock.advance(advanceMs);
  else if (now) clock.fix(Date.parse(now));
  else clock.shift(offsetMs ?? 0);
}

const limitsOf = ({ throttle, world }: GraphEmulator) => ({
  ...throttle.limits,
  deltaGenerations: world.rounds.generationLimit,
});

const MAX_CONTROL_BODY_BYTES = 64 * 1024 * 1024;

/** The emulator's own interface, which the vendor does not have. */
export async function answerControl(
  emulator: GraphEmulator,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: string,
): Promise<void> {
  const name = (target.split('?', 1)[0] ?? '').replace(/^\/_emulator\/?/, '').replace(/\/$/, '');
  const handler = HANDLERS[`${incoming.method} ${name}`];
  try {
    const bytes = await readBody(incoming, MAX_CONTROL_BODY_BYTES);
    if (!handler)
      throw new GraphError(
        404,
        'NotFound',
        `There is no ${incoming.method} ${name}. There are: ${Object.keys(HANDLERS).join(', ')}.`,
      );
    const body: unknown = bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : {};
    reply(outgoing, emulator.clock, 200, await handler(emulator, body));
  } catch (error) {
    const { status, message } = problemOf(error);
    const title = 'The control request cannot be carried out';
    reply(outgoing, emulator.clock, status, { title, status, detail: message });
  }
}

function problemOf(error: unknown): { status: number; message: string } {
  if (error instanceof z.ZodError) return { status: 400, message: z.prettifyError(error) };
  if (error instanceof GraphError) return { status: error.status, message: error.message };
  if (error instanceof SyntaxError) return { status: 400, message: `The body is not JSON: ${error.message}` };
  return { status: 500, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function reply(outgoing: ServerResponse, clock: Clock, status: number, body: unknown): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  outgoing.sendDate = false;
  outgoing.writeHead(status, { 'Content-Type': type, Date: new Date(clock.now()).toUTCString() });
  outgoing.end(JSON.stringify(body));
}
