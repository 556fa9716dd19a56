import { z } from 'zod';

export const graphSettings = z
  .strictObject({
    tenantId: z
      .string()
      .min(1)
      .describe('Directory (tenant) id or a verified domain of the Microsoft 365 tenant'),
    baseUrl: z
      .url()
      .default('https://graph.microsoft.com/v1.0')
      .describe('Address of Microsoft Graph with its version; other clouds have others'),
    tokenUrl: z
      .url()
      .optional()
      .describe('OAuth 2.0 token endpoint; by default that of the tenant at login.microsoftonline.com'),
  })
  .describe('Microsoft 365 through Microsoft Graph');

const byClientSecret = z.strictObject({
  clientId: z.string().min(1).describe('Application (client) id of the app registration'),
  clientSecret: z.string().min(1).describe('A client secret of the app registration'),
});

const byCertificate = z.strictObject({
  clientId: z.string().min(1).describe('Application (client) id of the app registration'),
  certificate: z
    .string()
    .includes('BEGIN CERTIFICATE')
    .describe('The certificate registered with the app, PEM'),
  privateKey: z
    .string()
    .includes('PRIVATE KEY')
    .describe('The private key of the certificate, PEM without a passphrase'),
});

export const graphCredentials = z
  .union([byCertificate, byClientSecret], {
    error: 'needs clientId with either clientSecret, or certificate and privateKey (PEM), and nothing else',
  })
  .describe('An app registration with application permissions: a certificate (better) or a client secret');

export type GraphSettings = z.infer<typeof graphSettings>;
export type GraphCredentials = z.infer<typeof graphCredentials>;
