import type { Servers } from './servers.ts';

/** What somebody does to a mailbox behind the product's back, by Graph itself. */
export async function inOutlook<T>(
  { graph }: Servers,
  mailbox: string,
  request: { readonly method: string; readonly path: string; readonly body?: object },
): Promise<T> {
  const { method, path, body } = request;
  const response = await fetch(`${graph.url}/v1.0/users/${mailbox}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await tokenOf(graph)}`,
      prefer: 'IdType="ImmutableId"',
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function tokenOf({ url, control }: Servers['graph']): Promise<string> {
  type Info = { tenantId: string; clientId: string; clientSecret: string };
  const { tenantId, clientId, clientSecret } = await control<Info>('GET', 'info');
  const response = await fetch(`${url}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' },
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
