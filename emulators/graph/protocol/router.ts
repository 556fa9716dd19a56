import { GraphError, noSuchSegment } from './errors.ts';
import type { Call, GraphResponse, MailboxCall, UserCall } from './exchange.ts';

interface Requirements {
  /** One of these roles is needed. */
  roles: readonly string[];
  /** What a caller without these roles is told, when it is not the usual refusal. */
  denied?: () => GraphError;
  /** The roles cannot be limited to certain mailboxes. */
  everyMailbox?: boolean;
}

/** Reading and writing MIME takes more than a turn. */
type Handled = GraphResponse | Promise<GraphResponse>;

export type Route = Requirements & {
  method: string;
  /** Below the version, keys as `{id}`: also what requests are counted by. */
  pattern: string;
} & (
    | { level: 'tenant'; handle: (call: Call) => Handled }
    | { level: 'user'; handle: (call: UserCall) => Handled }
    | { level: 'mailbox'; handle: (call: MailboxCall) => Handled }
  );

interface Node {
  literals: Map<string, Node>;
  key: Node | undefined;
  routes: Map<string, Route>;
}

const newNode = (): Node => ({ literals: new Map(), key: undefined, routes: new Map() });

/** Paths are compared without case; a literal segment goes before a key. */
export class Router {
  readonly #root = newNode();

  constructor(routes: Iterable<Route>) {
    for (const route of routes) this.#add(route);
  }

  find(method: string, segments: string[]): { route: Route; params: string[] } {
    const params: string[] = [];
    let node = this.#root;
    for (const segment of segments) {
      const literal = node.literals.get(segment.toLowerCase());
      if (!literal && node.key) params.push(segment);
      const next = literal ?? node.key;
      if (!next) throw noSuchSegment(segment);
      node = next;
    }
    if (node.routes.size === 0) throw noSuchSegment(segments.at(-1) ?? '');
    const route = node.routes.get(method);
    if (!route) {
      throw new GraphError(
        405,
        'Request_BadRequest',
        'Specified HTTP method is not allowed for the request target.',
        { Allow: [...node.routes.keys()].join(', ') },
      );
    }
    return { route, params };
  }

  #add(route: Route): void {
    let node = this.#root;
    for (const segment of route.pattern.split('/').filter(part => part !== '')) {
      node = segment === '{id}' ? this.#keyOf(node) : this.#literalOf(node, segment.toLowerCase());
    }
    node.routes.set(route.method, route);
  }

  #keyOf(node: Node): Node {
    node.key ??= newNode();
    return node.key;
  }

  #literalOf(node: Node, name: string): Node {
    const known = node.literals.get(name);
    if (known) return known;
    const fresh = newNode();
    node.literals.set(name, fresh);
    return fresh;
  }
}
