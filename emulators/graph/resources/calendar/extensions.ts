import type { MailboxCall } from '../../protocol/exchange.ts';
import type { Route } from '../../protocol/router.ts';
import { type ExtensionHolder, openExtensionRoutes } from '../open-extension-routes.ts';
import { calendarRoute } from './calendar-route.ts';
import type { CalendarWorld } from './calendar-world.ts';
import type { EventView } from './event-view.ts';

/** Open extensions of events; those of a series are also its occurrences'. */
export function extensionRoutes(
  world: CalendarWorld,
  pattern: string,
  viewIn: (call: MailboxCall) => EventView,
): Route[] {
  const holderOf = (call: MailboxCall): ExtensionHolder => {
    const { event, item } = viewIn(call);
    return {
      extensions: event.openExtensions,
      save(extensions) {
        event.openExtensions = extensions;
        if (world.behaviour.extensionWritesTouch) call.mailbox.updateItem(item, {}, world.now());
        else call.mailbox.amendItem(item, item.fields);
      },
    };
  };
  return openExtensionRoutes(pattern, holderOf, calendarRoute, world);
}
