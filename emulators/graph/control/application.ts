import { z } from 'zod';
import { GraphError } from '../protocol/errors.ts';
import type { Application } from '../store/applications.ts';
import type { Tenant } from '../store/tenant.ts';

export const applicationSchema = z.strictObject({
  /** Which application; the first one when absent, a new one when unknown and a secret or key is given. */
  clientId: z.guid().optional(),
  clientSecret: z.string().min(1).optional(),
  /** PEM of a certificate or a public key. */
  publicKey: z.string().nullish(),
  roles: z.array(z.string()).optional(),
  /** Addresses of the mailboxes it may open; null for all. */
  mailboxes: z.array(z.string()).nullish(),
  disabled: z.boolean().optional(),
  revokeTokens: z.boolean().optional(),
});

type ApplicationChange = z.infer<typeof applicationSchema>;

export function describeApplication(tenant: Tenant) {
  const { clientId, clientSecret, roles } = tenant.defaultApplication;
  return { tenantId: tenant.id, clientId, clientSecret, roles };
}

export function changeApplication(tenant: Tenant, change: ApplicationChange): Application {
  const application = applicationOf(tenant, change);
  if (change.clientSecret !== undefined) application.clientSecret = change.clientSecret;
  if (change.roles) application.roles = change.roles;
  if (change.disabled !== undefined) application.disabled = change.disabled;
  if (change.publicKey === null) delete application.publicKey;
  else if (change.publicKey !== undefined) application.publicKey = change.publicKey;
  if (change.mailboxes === null) delete application.mailboxes;
  else if (change.mailboxes !== undefined) application.mailboxes = change.mailboxes;
  if (change.revokeTokens) application.epoch++;
  tenant.save();
  return application;
}

function applicationOf(
  tenant: Tenant,
  { clientId, clientSecret, publicKey }: ApplicationChange,
): Application {
  const known = clientId === undefined ? tenant.defaultApplication : tenant.application(clientId);
  if (known) return known;
  if (clientSecret === undefined && !publicKey) {
    throw new GraphError(
      400,
      'BadRequest',
      `There is no application ${clientId}; to register it give a clientSecret or a publicKey.`,
    );
  }
  const application: Application = {
    ...tenant.defaultApplication,
    clientId: clientId!.toLowerCase(),
    clientSecret: clientSecret ?? '',
    epoch: 0,
  };
  delete application.mailboxes;
  tenant.register(application);
  return application;
}
