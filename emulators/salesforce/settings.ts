import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { type RandomBytes, randomText } from '../randomness.ts';
import { type ActivitySettings, newActivitySettings } from './activities/settings.ts';
import { type EmailSettings, newEmailSettings } from './email/settings.ts';
import { type FileSettings, newFileSettings } from './files/settings.ts';
import type { ObjectDefinition } from './schema/types.ts';

export type SharingModel = 'Private' | 'Read' | 'ReadWrite' | 'ControlledByParent';

/** When `condition` (a SOQL WHERE over the new record) holds, the record is refused. */
interface ValidationRule {
  object: string;
  condition: string;
  errorMessage: string;
  field?: string | undefined;
}

export interface DuplicateRule {
  object: string;
  fields: string[];
  allowSave: boolean;
  name?: string | undefined;
}

/** A trigger of the org that rewrites a value after it was given. */
export interface RewriteRule {
  object: string;
  field: string;
  transform: 'upper' | 'lower' | 'trim' | 'digits';
}

/** `user` or `profile` (by name) limit whom it concerns; without both it concerns all but administrators. */
interface FieldPermission {
  user?: string | undefined;
  profile?: string | undefined;
  object: string;
  field: string;
  readable: boolean;
  editable: boolean;
}

interface ObjectPermission {
  user?: string | undefined;
  profile?: string | undefined;
  object: string;
  read: boolean;
  create: boolean;
  edit: boolean;
  delete: boolean;
}

/** Rows written by anybody become visible to queries only this much later. */
interface VisibilityDelay {
  object?: string | undefined;
  delayMs: number;
}

/** What identifies the org and its connected app; a reset keeps it. */
export interface Identity {
  organizationId: string;
  username: string;
  clientId: string;
  clientSecret: string;
  privateKey: string;
  publicKey: string;
  /** Set when an administrator has revoked the secret or the certificate. */
  secretRevoked: boolean;
  keyRevoked: boolean;
}

/** What an administrator has set up. */
export interface Settings {
  sharing: Record<string, SharingModel>;
  fieldPermissions: FieldPermission[];
  objectPermissions: ObjectPermission[];
  validationRules: ValidationRule[];
  duplicateRules: DuplicateRule[];
  rewriteRules: RewriteRule[];
  definitions: ObjectDefinition[];
  visibility: VisibilityDelay[];
  activities: ActivitySettings;
  email: EmailSettings;
  files: FileSettings;
  /** Whether the org uses quotes. */
  quotes: boolean;
  /** Usernames that have not approved the connected app. */
  unapproved: string[];
  dailyApiRequests: number;
  sessionSeconds: number;
  /** Whether every refresh answers a new refresh token and ends the old one. */
  rotatesRefreshTokens: boolean;
  /** When an administrator last changed objects or fields. */
  schemaChangedMs: number;
}

export function newSettings(): Settings {
  return {
    sharing: {
      Account: 'Private',
      Contact: 'Private',
      Lead: 'Private',
      Opportunity: 'Private',
      Case: 'Private',
    },
    fieldPermissions: [],
    objectPermissions: [],
    validationRules: [],
    duplicateRules: [],
    rewriteRules: [],
    definitions: [],
    visibility: [],
    activities: newActivitySettings(),
    email: newEmailSettings(),
    files: newFileSettings(),
    quotes: true,
    unapproved: [],
    dailyApiRequests: 100_000,
    sessionSeconds: 7200,
    rotatesRefreshTokens: false,
    schemaChangedMs: 0,
  };
}

export function newIdentity(
  organizationId: string,
  randomBytes: RandomBytes,
  privateKey: string = newPrivateKey(),
): Identity {
  return {
    organizationId,
    username: 'integration@example.com',
    clientId: `3MVG9${randomText(randomBytes, 40, 'base64url')}`,
    clientSecret: randomText(randomBytes, 32, 'hex').toUpperCase(),
    privateKey,
    publicKey: publicKeyOf(privateKey),
    secretRevoked: false,
    keyRevoked: false,
  };
}

function publicKeyOf(privateKey: string): string {
  const key = createPublicKey(privateKey);
  if (key.asymmetricKeyType !== 'rsa')
    throw new Error(`The private key of the connected app must be RSA, not ${key.asymmetricKeyType}.`);
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function newPrivateKey(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
}
