import type { Servers } from './servers.ts';

/** What somebody changes in the CRM behind the product's back, by Salesforce's own API. */
export async function changeRecord(
  { salesforce }: Servers,
  object: string,
  id: string,
  fields: object,
): Promise<void> {
  const { instanceUrl, token } = await signIn(salesforce);
  const response = await fetch(`${instanceUrl}/services/data/v66.0/sobjects/${object}/${id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });
  if (!response.ok)
    throw new Error(`The change of ${object} ${id} answered ${response.status}: ${await response.text()}`);
}

async function signIn({ control }: Servers['salesforce']): Promise<{ instanceUrl: string; token: string }> {
  type Info = { loginUrl: string; instanceUrl: string; clientId: string; clientSecret: string };
  const { loginUrl, instanceUrl, clientId, clientSecret } = await control<Info>('GET', 'info');
  const response = await fetch(`${loginUrl}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    }),
  });
  return { instanceUrl, token: ((await response.json()) as { access_token: string }).access_token };
}
