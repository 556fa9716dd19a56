import type { EntityType, Navigation } from '../../odata/entity-type.ts';
import type { MailboxCall } from '../../protocol/exchange.ts';
import type { WallTime } from '../../store/event-state.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { otherExtensionIds, renderExtension } from '../open-extensions.ts';
import { etagOf, itemId } from '../stored-items.ts';
import { inZone, preciseTime } from './task-dates.ts';
import { type TaskFields, taskOf } from './task-fields.ts';
import type { TodoWorld } from './world.ts';

export const TASK_TYPE = 'microsoft.graph.todoTask';

export type TaskType = EntityType<Item, MailboxCall> & {
  navigation: Record<PartName, Navigation<Item, MailboxCall>>;
};

export type PartName = 'linkedResources' | 'checklistItems' | 'extensions';

/** A task as the service tells it: what it does not have is left out. */
export function taskType(world: TodoWorld): TaskType {
  const navigation = {
    linkedResources: parts('linkedResources', task => task.linkedResources),
    checklistItems: parts('checklistItems', task => task.checklistItems),
    extensions: {
      ...parts('extensions', task => task.extensions.map(each => renderExtension(each, world.behaviour))),
      otherIds: otherExtensionIds,
    },
  };
  const type: TaskType = {
    name: TASK_TYPE,
    navigation,
    render(item, call) {
      const tellsLinks = world.behaviour.todoLinkedResources === 'always';
      return {
        ...rendered(item, call, world),
        ...(tellsLinks && partsOf(type, ['linkedResources'], item, call)),
      };
    },
    property: (item, name, call) =>
      Object.hasOwn(navigation, name)
        ? navigation[name as PartName].elements(item, call)
        : rendered(item, call, world)[name],
  };
  return type;
}

/** Those of the named collections that have elements. */
export function partsOf(type: TaskType, names: readonly PartName[], item: Item, call: MailboxCall) {
  const members: Record<string, unknown> = {};
  for (const name of names) {
    const elements = type.navigation[name].elements(item, call);
    if (elements.length === 0) continue;
    members[`${name}@odata.context`] = type.navigation[name].contextUrl(item, call);
    members[name] = elements;
  }
  return members;
}

const parts = (name: PartName, elements: (task: TaskFields) => object[]): Navigation<Item, MailboxCall> => ({
  elements: item => elements(taskOf(item)) as Record<string, unknown>[],
  contextUrl(item, call) {
    const list = encodeURIComponent(call.mailbox.ids.folder(item.folder));
    const task = encodeURIComponent(itemId(call.mailbox, item, call.preferences.immutableIds));
    const user = encodeURIComponent(call.params[0]!);
    return `${call.serviceRoot}/$metadata#users('${user}')/todo/lists('${list}')/tasks('${task}')/${name}`;
  },
});

function rendered(item: Item, call: MailboxCall, world: TodoWorld): Record<string, unknown> {
  const { mailbox, preferences } = call;
  const task = taskOf(item);
  return {
    '@odata.etag': etagOf(mailbox, item.changedAt),
    importance: task.importance,
    isReminderOn: task.isReminderOn,
    status: task.status,
    title: task.title,
    createdDateTime: preciseTime(item.createdAt),
    lastModifiedDateTime: preciseTime(item.modifiedAt),
    hasAttachments: false,
    categories: task.categories,
    id: itemId(mailbox, item, preferences.immutableIds),
    body: task.body,
    ...(task.bodyModifiedAt !== undefined && { bodyLastModifiedDateTime: preciseTime(task.bodyModifiedAt) }),
    ...datesOf(task, preferences.timeZone, world),
    ...(task.recurrence && { recurrence: task.recurrence }),
  };
}

function datesOf(task: TaskFields, wantedZone: string | undefined, { behaviour }: TodoWorld) {
  const dates: Record<string, WallTime> = {};
  const tell = (name: keyof typeof task & `${string}DateTime`, zone: string) => {
    const date = task[name];
    if (date) dates[name] = inZone(date, zone);
  };
  for (const name of ['completedDateTime', 'reminderDateTime'] as const) tell(name, wantedZone ?? 'UTC');
  for (const name of ['dueDateTime', 'startDateTime'] as const) {
    const ownZone = behaviour.todoDays === 'asWritten' ? task[name]?.timeZone : undefined;
    tell(name, wantedZone ?? ownZone ?? 'UTC');
  }
  return dates;
}
