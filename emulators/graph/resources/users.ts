import type { EntityType } from '../odata/entity-type.ts';
import { listEntities } from '../odata/list.ts';
import { parseSelect, select } from '../odata/select.ts';
import type { Call, GraphResponse, UserCall } from '../protocol/exchange.ts';
import { allowOptions } from '../protocol/query-options.ts';
import type { Route } from '../protocol/router.ts';
import type { Directory, User } from '../store/directory.ts';

const TYPE_NAME = 'microsoft.graph.user';
const READ = ['User.Read.All', 'User.ReadBasic.All', 'User.ReadWrite.All', 'Directory.Read.All'];
const DIRECTORY_PAGE_SIZE = 100;

/** What the directory answers when nothing is selected. */
const DEFAULT_PROPERTIES = new Set([
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
]);

const userType: EntityType<User, Call> = {
  name: TYPE_NAME,
  render(user, call) {
    const all = {
      businessPhones: [],
      displayName: user.displayName,
      givenName: null,
      jobTitle: null,
      mail: user.mail,
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: null,
      userPrincipalName: user.userPrincipalName,
      id: user.id,
      accountEnabled: true,
      companyName: null,
      department: null,
      otherMails: [],
      proxyAddresses: user.mail === null ? [] : [`SMTP:${user.mail}`],
      userType: 'Member',
      deletedDateTime: null,
      ...user.more,
    };
    return call.query.has('$select') ? all : select(all, DEFAULT_PROPERTIES);
  },
  property(user, name, call) {
    const selectingAll = { ...call, query: new Map([['$select', name]]) };
    return userType.render(user, selectingAll)[name];
  },
};

export function userRoutes(directory: Directory): Route[] {
  return [
    { method: 'GET', pattern: '/users', level: 'tenant', roles: READ, handle: call => list(call, directory) },
    { method: 'GET', pattern: '/users/{id}', level: 'user', roles: READ, handle: read },
  ];
}

function list(call: Call, directory: Directory): GraphResponse {
  const page = listEntities(userType, () => directory.users.values(), call, {
    pageSize: DIRECTORY_PAGE_SIZE,
    cursor: '$skiptoken',
  });
  return { status: 200, body: { '@odata.context': context(call, 'users'), ...page } };
}

function read(call: UserCall): GraphResponse {
  allowOptions(call.query, ['$select']);
  const selected = parseSelect(call.query.get('$select'), TYPE_NAME);
  const entity = select(userType.render(call.user, call), selected);
  return { status: 200, body: { '@odata.context': `${context(call, 'users')}/$entity`, ...entity } };
}

function context(call: Call, name: string): string {
  const selected = call.query.get('$select');
  return `${call.serviceRoot}/$metadata#${name}${selected ? `(${selected})` : ''}`;
}
