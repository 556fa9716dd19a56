import { z } from 'zod';

export const salesforceSettings = z
  .strictObject({
    loginUrl: z
      .url()
      .describe(
        'https://login.salesforce.com, https://test.salesforce.com or the My Domain address of the org',
      ),
    username: z
      .string()
      .min(1)
      .describe('Username of the reading user, who sees all records (View All Data)'),
    apiShare: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.5)
      .describe("Share of the org's daily API requests that may be used"),
  })
  .describe('Salesforce through its REST API');

const byPrivateKey = z.strictObject({
  clientId: z.string().min(1).describe('Consumer key of the External Client App'),
  privateKey: z
    .string()
    .includes('PRIVATE KEY')
    .describe("Private key (PEM, no passphrase) of the app's certificate: JWT bearer, every user as himself"),
});

const byClientSecret = z.strictObject({
  clientId: z.string().min(1).describe('Consumer key of the External Client App'),
  clientSecret: z
    .string()
    .min(1)
    .describe("Consumer secret: everything runs as the app's user, each user's rights are checked"),
});

export const salesforceCredentials = z
  .union([byPrivateKey, byClientSecret], {
    error: 'needs clientId with either privateKey (PEM) or clientSecret, and nothing else',
  })
  .describe('An External Client App: JWT bearer (better) or client credentials');

export type SalesforceSettings = z.infer<typeof salesforceSettings>;
export type SalesforceCredentials = z.infer<typeof salesforceCredentials>;
