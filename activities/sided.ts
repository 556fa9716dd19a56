import type { Side } from '../db/schema.ts';
import { SyncFailure } from '../sync/failure.ts';

const sides = new WeakMap<SyncFailure, Side>();

/** Which of the two systems a failure came from; unknown for failures of our own. */
export function sideOf(failure: SyncFailure): Side | undefined {
  return sides.get(failure);
}

export function markSide(failure: SyncFailure, side: Side): SyncFailure {
  sides.set(failure, side);
  return failure;
}

/**
 * The same connection, with every failure of it (and of the sessions it hands out) marked with its side: only the
 * caller of a connector knows which connection a dead credential belongs to.
 */
export function sided<T extends object>(connection: T, side: Side): T {
  return new Proxy(connection, {
    get(target, property, receiver) {
      const member = Reflect.get(target, property, target === receiver ? receiver : target) as unknown;
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => marked(() => Reflect.apply(member, target, args), side);
    },
  });
}

function marked(call: () => unknown, side: Side): unknown {
  try {
    const result = call();
    if (result instanceof Promise)
      return result.then(
        value => wrapped(value, side),
        error => fail(error, side),
      );
    return wrapped(result, side);
  } catch (error) {
    return fail(error, side);
  }
}

/** By what the parts of a connection are told from data: sessions, mailboxes, their items, mail and records. */
const METHODS = ['write', 'probe', 'place', 'attach', 'lengths'];

function wrapped(value: unknown, side: Side): unknown {
  const isPart =
    typeof value === 'object' &&
    value !== null &&
    METHODS.some(name => typeof (value as Record<string, unknown>)[name] === 'function');
  return isPart ? sided(value, side) : value;
}

function fail(error: unknown, side: Side): never {
  throw error instanceof SyncFailure ? markSide(error, side) : error;
}
