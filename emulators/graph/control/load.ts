import { z } from 'zod';
import type { GraphEmulator } from '../emulator.ts';
import { GraphError } from '../protocol/errors.ts';
import { newMailboxSettings } from '../resources/mailbox-settings.ts';
import type { User } from '../store/directory.ts';
import { type LoadedEvent, prepareEvents } from './load-events.ts';
import { type LoadedTodoList, prepareTodoLists, todoListSchema } from './load-todo.ts';

const userSchema = z.looseObject({
  id: z.guid().optional(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().optional(),
  displayName: z.string().optional(),
  timeZone: z.string().optional(),
  /** False for a user whose mailbox is elsewhere or nowhere. */
  mailbox: z.boolean().optional(),
  todoLists: z.array(todoListSchema).optional(),
  /** As in the bodies of creations; nothing of it is mailed. */
  events: z.array(z.record(z.string(), z.unknown())).optional(),
});

export const loadSchema = z.strictObject({ users: z.array(userSchema) });

interface LoadedUser {
  id: string;
  mail: string | null;
  userPrincipalName: string;
  displayName: string;
  /** With ids, when lists were given. */
  todoLists?: LoadedTodoList[];
  events?: LoadedEvent[];
}

/** Adds users whose mailboxes have what was given for them; all or none. */
export function load(
  emulator: GraphEmulator,
  { users }: z.infer<typeof loadSchema>,
): { users: LoadedUser[] } {
  const { directory } = emulator.tenant;
  const prepared = users.map(
    ({ id, mail, userPrincipalName, displayName, timeZone, mailbox, todoLists, events, ...more }) => {
      const name = userPrincipalName ?? mail;
      if (!name)
        throw new GraphError(400, 'BadRequest', 'Each user needs a mail address or a userPrincipalName.');
      if (todoLists && mailbox === false)
        throw new GraphError(400, 'BadRequest', `${name} has todoLists and needs a mailbox for them.`);
      if (events && mailbox === false)
        throw new GraphError(400, 'BadRequest', `${name} has events and needs a mailbox for them.`);
      const user: User = {
        id: (id ?? emulator.world.newId()).toLowerCase(),
        userPrincipalName: name,
        mail: mail ?? null,
        displayName: displayName ?? name.split('@', 1)[0]!,
        more,
      };
      return {
        user,
        settings: mailbox === false ? undefined : newMailboxSettings(timeZone),
        addEvents: events && prepareEvents(events, user, emulator.calendar),
        addTodoLists: todoLists && prepareTodoLists(todoLists, emulator.world),
      };
    },
  );
  const taken = prepared.find(
    ({ user }) => directory.find(user.id) ?? directory.find(user.userPrincipalName),
  );
  if (taken) {
    throw new GraphError(
      409,
      'Conflict',
      `There is already a user ${taken.user.userPrincipalName}; reset first, or give another name.`,
    );
  }
  for (const { user, settings } of prepared) emulator.tenant.addUser(user, settings);
  return {
    users: prepared.map(
      ({ user: { id, mail, userPrincipalName, displayName }, addTodoLists, addEvents }) => ({
        id,
        mail,
        userPrincipalName,
        displayName,
        ...(addEvents && { events: addEvents(directory.mailboxes.get(id)!) }),
        ...(addTodoLists && { todoLists: addTodoLists(directory.mailboxes.get(id)!) }),
      }),
    ),
  };
}
