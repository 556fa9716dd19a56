import { badRequest } from '../protocol/errors.ts';
import type { Call, GraphResponse } from '../protocol/exchange.ts';
import { allowOptions } from '../protocol/query-options.ts';
import type { Route } from '../protocol/router.ts';
import type { Directory } from '../store/directory.ts';
import type { Tenant } from '../store/tenant.ts';

const READ = [
  'Organization.Read.All',
  'Organization.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
];

/** Each tenant has it from the beginning. */
const INITIAL_DOMAIN = 'emulated.onmicrosoft.com';

/** The properties that the emulated organization has: the contract at hand does not contain its type. */
const PROPERTIES = ['id', 'displayName', 'verifiedDomains'] as const;

/** The tenant itself, with the domains of its users. */
export function organizationRoutes(tenant: Tenant): Route[] {
  return [
    {
      method: 'GET',
      pattern: '/organization',
      level: 'tenant',
      roles: READ,
      handle: call => list(call, tenant),
    },
  ];
}

function list(call: Call, tenant: Tenant): GraphResponse {
  allowOptions(call.query, ['$select']);
  const organization = {
    id: tenant.id,
    displayName: 'Emulated',
    verifiedDomains: verifiedDomains(tenant.directory),
  };
  const wanted = selected(call.query.get('$select'));
  const shown = Object.fromEntries(
    Object.entries(organization).filter(([name]) => name === 'id' || wanted.has(name)),
  );
  return {
    status: 200,
    body: { '@odata.context': `${call.serviceRoot}/$metadata#organization`, value: [shown] },
  };
}

function selected(select: string | undefined): ReadonlySet<string> {
  if (!select) return new Set(PROPERTIES);
  return new Set(
    select.split(',').map(part => {
      const name = PROPERTIES.find(known => known.toLowerCase() === part.trim().toLowerCase());
      if (name !== undefined) return name;
      throw badRequest(
        `Parsing OData Select and Expand failed: Could not find a property named '${part.trim()}' on type 'microsoft.graph.organization'.`,
      );
    }),
  );
}

function verifiedDomains({ users }: Directory) {
  const addresses = [...users.values()].flatMap(({ mail, userPrincipalName }) => [
    mail ?? '',
    userPrincipalName,
  ]);
  const domains = addresses.flatMap(address => /@(.+)$/.exec(address)?.[1]?.toLowerCase() ?? []);
  const names = new Set([...domains, INITIAL_DOMAIN]);
  return [...names].map((name, index) => ({
    capabilities: 'Email, OfficeCommunicationsOnline',
    isDefault: index === 0,
    isInitial: name === INITIAL_DOMAIN,
    name,
    type: 'Managed',
  }));
}
