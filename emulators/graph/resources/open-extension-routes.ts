import type { Behaviour } from '../control/behaviour.ts';
import { itemNotFound } from '../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../protocol/exchange.ts';
import type { Route } from '../protocol/router.ts';
import { checkBody } from '../protocol/schema.ts';
import type { OpenExtension } from '../store/mailbox-state.ts';
import { contextOf, entityLocation } from './context-url.ts';
import {
  bareName,
  changedExtension,
  EXTENSION_TYPE,
  renderExtension,
  withExtension,
  writtenExtension,
} from './open-extensions.ts';

/** What the extensions hang on. */
export interface ExtensionHolder {
  extensions: OpenExtension[];
  save(extensions: OpenExtension[]): void;
}

type MakeRoute = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  pattern: string,
  handle: (call: MailboxCall) => GraphResponse,
) => Route;

/** The collection of open extensions of whatever the holder is. */
export function openExtensionRoutes(
  pattern: string,
  holderOf: (call: MailboxCall) => ExtensionHolder,
  route: MakeRoute,
  world: { behaviour: Behaviour },
): Route[] {
  const found = (call: MailboxCall, { extensions }: ExtensionHolder): OpenExtension => {
    const name = bareName(call.params.at(-1)!);
    const extension = extensions.find(({ extensionName }) => extensionName === name);
    if (!extension) throw itemNotFound();
    return extension;
  };
  const single = (call: MailboxCall, extension: OpenExtension, status: 200 | 201): GraphResponse => ({
    status,
    ...(status === 201 && { headers: { Location: entityLocation(call, extension.extensionName) } }),
    body: {
      '@odata.context': contextOf(call, status === 201 ? 'created' : 'entity'),
      ...renderExtension(extension, world.behaviour),
    },
  });
  const bodyOf = ({ request: { body } }: MailboxCall) => {
    checkBody(body, EXTENSION_TYPE);
    return body;
  };
  return [
    route('GET', pattern, call => {
      const value = holderOf(call).extensions.map(each => renderExtension(each, world.behaviour));
      return { status: 200, body: { '@odata.context': contextOf(call), value } };
    }),
    route('POST', pattern, call => {
      const holder = holderOf(call);
      const extension = writtenExtension(bodyOf(call));
      holder.save(withExtension(holder.extensions, extension));
      return single(call, extension, 201);
    }),
    route('GET', `${pattern}/{id}`, call => single(call, found(call, holderOf(call)), 200)),
    route('PATCH', `${pattern}/{id}`, call => {
      const holder = holderOf(call);
      const current = found(call, holder);
      const changed = changedExtension(current, bodyOf(call));
      holder.save(holder.extensions.map(each => (each === current ? changed : each)));
      return single(call, changed, 200);
    }),
    route('DELETE', `${pattern}/{id}`, call => {
      const holder = holderOf(call);
      const current = found(call, holder);
      holder.save(holder.extensions.filter(each => each !== current));
      return { status: 204 };
    }),
  ];
}
