import type { Fault, FaultMode, Faults, FaultTarget } from '../control/faults.ts';
import type { RequestLog } from '../control/request-log.ts';
import type { Application } from '../store/applications.ts';
import type { User } from '../store/directory.ts';
import type { Tenant } from '../store/tenant.ts';
import { errorResponse, faultResponse } from './error-response.ts';
import {
  accessDenied,
  insufficientPrivileges,
  invalidUser,
  mailboxNotEnabled,
  noSuchObject,
  notDelegated,
  syncStateNotFound,
} from './errors.ts';
import type { Call, GraphRequest, GraphResponse } from './exchange.ts';
import { readPreferences } from './preferences.ts';
import { parseQuery } from './query-options.ts';
import { parseResourcePath } from './resource-path.ts';
import type { Route, Router } from './router.ts';
import type { Throttle } from './throttle.ts';

/** An answer, and what else becomes of it. */
export interface Outcome {
  response: GraphResponse;
  /** Whose mailbox it was about. */
  mailbox?: string;
  /** The answer never arrives. */
  lost?: boolean;
  /** The answer arrives in part. */
  truncated?: boolean;
}

export interface Caller {
  application: Application;
  serviceRoot: string;
  subrequest: boolean;
}

interface Services {
  tenant: Tenant;
  router: Router;
  throttle: Throttle;
  faults: Faults;
  log: RequestLog;
  sleep: (delayMs: number) => Promise<void>;
}

/** A request with what it is about; a request that cannot be carried out keeps the reason. */
interface Plan {
  request: GraphRequest;
  caller: Caller;
  target: FaultTarget;
  user: User | undefined;
  carryOut: () => GraphResponse | Promise<GraphResponse>;
}

/** Carries out one request, of HTTP or of a batch: throttling, faults, permissions, then its route. */
export class Dispatcher {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  async dispatch(request: GraphRequest, caller: Caller): Promise<Outcome> {
    const plan = this.#plan(request, caller);
    this.#services.log.count(`${request.method} ${plan.target.route}`);
    const outcome = await this.#throttled(plan);
    const mailbox = plan.user?.mail ?? plan.user?.userPrincipalName;
    return { ...outcome, ...(mailbox !== undefined && { mailbox }) };
  }

  /** The place in the mailbox is taken on arrival and given back with the answer. */
  async #throttled(plan: Plan): Promise<Outcome> {
    let release = () => {};
    try {
      if (plan.user && this.#services.tenant.directory.mailboxes.has(plan.user.id)) {
        release = this.#services.throttle.admit(plan.caller.application.clientId, plan.user.id);
      }
      await nextTurn();
      return await this.#withFaults(plan);
    } catch (error) {
      return { response: errorResponse(error) };
    } finally {
      release();
    }
  }

  async #withFaults(plan: Plan): Promise<Outcome> {
    const latency = this.#strike(plan, ['latency']);
    if (latency) await this.#services.sleep(latency.delayMs ?? 1000);
    const early = this.#strike(plan, ['status', 'disconnect']);
    if (early) return early.mode === 'status' ? { response: faultResponse(early) } : unanswered(plan);
    if (this.#isExpiredCursor(plan)) throw syncStateNotFound(0, 1, restartOf(plan));
    const response = await attempt(plan.carryOut);
    const late = this.#strike(plan, ['lost-response', 'partial']);
    if (late?.mode === 'lost-response') return unanswered(plan, response);
    return { response, ...(late && { truncated: true }) };
  }

  #strike(plan: Plan, modes: readonly FaultMode[]): Fault | undefined {
    return this.#services.faults.strike(plan.target, modes);
  }

  #isExpiredCursor(plan: Plan): boolean {
    if (!/[?&](\$|%24)(skip|delta)token=[^&]/i.test(plan.request.target)) return false;
    return this.#strike(plan, ['expired-cursor']) !== undefined;
  }

  #plan(request: GraphRequest, caller: Caller): Plan {
    const [path = '', queryText = ''] = splitOnce(request.target, '?');
    const target: FaultTarget = {
      method: request.method,
      target: request.target,
      route: path,
      mailbox: [],
      subrequest: caller.subrequest,
    };
    const plan: Plan = { request, caller, target, user: undefined, carryOut: () => ({ status: 500 }) };
    try {
      const { segments, args } = parseResourcePath(path);
      if (segments[0]?.toLowerCase() === 'me') throw notDelegated();
      const { route, params } = this.#services.router.find(request.method, segments);
      target.route = route.pattern;
      plan.user = this.#userOf(route, params[0]);
      target.mailbox = plan.user ? namesOf(plan.user) : [];
      plan.carryOut = () => {
        const call: Call = {
          request,
          params,
          args,
          query: parseQuery(queryText),
          preferences: readPreferences(request.headers),
          application: caller.application,
          serviceRoot: caller.serviceRoot,
          path,
        };
        return this.#handle(route, call, plan.user);
      };
    } catch (error) {
      plan.carryOut = () => {
        throw error;
      };
    }
    return plan;
  }

  #userOf(route: Route, key: string | undefined): User | undefined {
    if (key === undefined || route.level === 'tenant') return undefined;
    const { directory } = this.#services.tenant;
    return route.level === 'user' ? directory.find(key) : directory.findByAddress(key);
  }

  #handle(route: Route, call: Call, user: User | undefined): ReturnType<Route['handle']> {
    const permitted = route.roles.some(role => call.application.roles.includes(role));
    if (route.level === 'tenant' || route.level === 'user') {
      if (!permitted) throw insufficientPrivileges();
      if (route.level === 'tenant') return route.handle(call);
      if (!user) throw noSuchObject(call.params[0] ?? '');
      return route.handle({ ...call, user });
    }
    if (!permitted) throw (route.denied ?? accessDenied)();
    if (!user) throw invalidUser(call.params[0] ?? '');
    if (!route.everyMailbox && !isInScope(call.application, user)) throw accessDenied();
    const mailbox = this.#services.tenant.directory.mailboxes.get(user.id);
    if (!mailbox) throw mailboxNotEnabled();
    return route.handle({ ...call, user, mailbox });
  }
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve));

async function attempt(carryOut: Plan['carryOut']): Promise<GraphResponse> {
  try {
    return await carryOut();
  } catch (error) {
    return errorResponse(error);
  }
}

/** Outside a batch the connection breaks; inside one the gateway answers for the request. */
function unanswered({ caller }: Plan, response: GraphResponse = { status: 503 }): Outcome {
  return caller.subrequest ? { response: { status: 503 } } : { response, lost: true };
}

function restartOf({ request, caller }: Plan): string {
  return `${caller.serviceRoot}${splitOnce(request.target, '?')[0]}?$deltaToken=`;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

const namesOf = (user: User) =>
  [user.id, user.userPrincipalName, user.mail ?? '']
    .map(name => name.toLowerCase())
    .filter(name => name !== '');

function isInScope({ mailboxes }: Application, user: User): boolean {
  return mailboxes === undefined || mailboxes.some(mailbox => namesOf(user).includes(mailbox.toLowerCase()));
}
