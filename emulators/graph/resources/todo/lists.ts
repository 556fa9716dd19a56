import type { EntityType } from '../../odata/entity-type.ts';
import { listEntities, viewOf } from '../../odata/list.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import { allowOptions } from '../../protocol/query-options.ts';
import { checkBody } from '../../protocol/schema.ts';
import type { Folder } from '../../store/folder.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import { DEFAULT_TASK_LIST, FLAGGED_EMAILS, MAIL_ROOT } from '../../store/well-known-folders.ts';
import { contextOf, entityLocation } from '../context-url.ts';
import { childrenOf } from '../folders.ts';
import { otherExtensionIds, renderExtension, writtenExtensions } from '../open-extensions.ts';
import { checkIfMatch, etagOf } from '../stored-items.ts';
import { invalidTask } from './errors.ts';
import type { TodoWorld } from './world.ts';

const LIST_TYPE = 'microsoft.graph.todoTaskList';

export type ListType = EntityType<Folder, MailboxCall>;

/** By the well-known name of their folder; the contract has its own. */
const WELL_KNOWN_LISTS: Readonly<Record<string, string>> = {
  [DEFAULT_TASK_LIST]: 'defaultList',
  [FLAGGED_EMAILS]: 'flaggedEmails',
};

const wellknownListName = ({ state }: Folder) => WELL_KNOWN_LISTS[state.wellKnownName ?? ''] ?? 'none';

export function taskListType(world: TodoWorld): ListType {
  const extensions = ({ state }: Folder) =>
    (state.openExtensions ?? []).map(each => renderExtension(each, world.behaviour));
  const render = (list: Folder, { mailbox }: MailboxCall): Record<string, unknown> => ({
    '@odata.etag': etagOf(mailbox, list.state.changedAt),
    displayName: list.state.displayName,
    isOwner: true,
    isShared: false,
    wellknownListName: wellknownListName(list),
    id: mailbox.ids.folder(list.state.number),
  });
  return {
    name: LIST_TYPE,
    render,
    property: (list, name, call) => (name === 'extensions' ? extensions(list) : render(list, call)[name]),
    navigation: {
      extensions: {
        elements: extensions,
        otherIds: otherExtensionIds,
        contextUrl(list, { serviceRoot, params, mailbox }) {
          const id = encodeURIComponent(mailbox.ids.folder(list.state.number));
          const user = encodeURIComponent(params[0]!);
          return `${serviceRoot}/$metadata#users('${user}')/todo/lists('${id}')/extensions`;
        },
      },
    },
  };
}

const parentOfLists = (mailbox: Mailbox) => mailbox.wellKnown(MAIL_ROOT);

const taskListsOf = (mailbox: Mailbox): Folder[] =>
  childrenOf(mailbox, parentOfLists(mailbox)).filter(({ state }) => state.class === 'tasks');

export const wellKnownList = (mailbox: Mailbox, name: string): Folder | undefined =>
  taskListsOf(mailbox).find(list => name !== 'none' && wellknownListName(list) === name);

/** A taken name gets a number behind it, as in the applications of To Do. */
export function addTaskList(mailbox: Mailbox, displayName: string): Folder {
  const parent = parentOfLists(mailbox);
  const taken = new Set(taskListsOf(mailbox).map(({ state }) => state.displayName));
  let name = displayName;
  for (let copy = 1; taken.has(name); copy++) name = `${displayName} (${copy})`;
  return mailbox.addFolder({ class: 'tasks', parent: parent.state.number, displayName: name });
}

/** What is done with lists of tasks. */
export class TaskListHandlers {
  readonly #type: ListType;
  readonly #world: TodoWorld;

  constructor(type: ListType, world: TodoWorld) {
    this.#type = type;
    this.#world = world;
  }

  list(call: MailboxCall): GraphResponse {
    const page = listEntities(this.#type, () => taskListsOf(call.mailbox), call);
    return { status: 200, body: { '@odata.context': contextOf(call), ...page } };
  }

  read(call: MailboxCall, list: Folder): GraphResponse {
    allowOptions(call.query, ['$select', '$expand']);
    return this.#single(call, list, 200);
  }

  create(call: MailboxCall): GraphResponse {
    const body = checkedBody(call);
    const openExtensions = writtenExtensions(body);
    const list = addTaskList(call.mailbox, nameIn(body));
    list.state.openExtensions = openExtensions;
    const response = this.#single(call, list, 201, openExtensions.length > 0);
    if (this.#world.behaviour.inlineExtensions === 'echoed') list.state.openExtensions = [];
    call.mailbox.saveFolder(list);
    return response;
  }

  update(call: MailboxCall, list: Folder): GraphResponse {
    const body = checkedBody(call);
    checkIfMatch(call, list.state.changedAt);
    refuseBuiltIn(list, 'renamed');
    call.mailbox.updateFolder(list, { displayName: nameIn(body) });
    return this.#single(call, list, 200);
  }

  remove(call: MailboxCall, list: Folder): GraphResponse {
    checkIfMatch(call, list.state.changedAt);
    refuseBuiltIn(list, 'deleted');
    call.mailbox.removeFolder(list);
    return { status: 204 };
  }

  #single(call: MailboxCall, list: Folder, status: number, withExtensions = false): GraphResponse {
    const entity = viewOf(this.#type, call)(list);
    return {
      status,
      headers: {
        ETag: etagOf(call.mailbox, list.state.changedAt),
        ...(status === 201 && { Location: entityLocation(call, String(entity.id)) }),
      },
      body: {
        '@odata.context': contextOf(call, status === 201 ? 'created' : 'entity'),
        ...entity,
        ...(withExtensions && { extensions: this.#type.property(list, 'extensions', call) }),
      },
    };
  }
}

function checkedBody(call: MailboxCall): Record<string, unknown> {
  const { body } = call.request;
  checkBody(body, LIST_TYPE);
  return body;
}

function nameIn({ displayName }: Record<string, unknown>): string {
  if (typeof displayName === 'string' && displayName.trim() !== '') return displayName;
  throw invalidTask("A list of tasks needs a 'displayName'.");
}

/** The documentation of todoTaskList: the built-in lists cannot be renamed or deleted. */
function refuseBuiltIn(list: Folder, what: string): void {
  if (wellknownListName(list) !== 'none') throw invalidTask(`A built-in list of tasks cannot be ${what}.`);
}
