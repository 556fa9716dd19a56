import { z } from 'zod';
import { faultSchema } from '../faults/faults.ts';

const sharingModel = z.enum(['Private', 'Read', 'ReadWrite', 'ControlledByParent']);

const roleSchema = z.strictObject({ Name: z.string().min(1), ParentRole: z.string().optional() });

/** Any field of User may be given; `Role` and `Profile` are names. */
const userSchema = z.looseObject({
  Username: z.string().min(1),
  Email: z.string().optional(),
  FirstName: z.string().optional(),
  LastName: z.string().optional(),
  TimeZoneSidKey: z.string().optional(),
  IsActive: z.boolean().optional(),
  Role: z.string().optional(),
  Profile: z.string().optional(),
});

const validationRuleSchema = z.strictObject({
  object: z.string(),
  condition: z.string().min(1),
  errorMessage: z.string().min(1),
  field: z.string().optional(),
});
const duplicateRuleSchema = z.strictObject({
  object: z.string(),
  fields: z.array(z.string()).min(1),
  allowSave: z.boolean().default(false),
  name: z.string().optional(),
});
const rewriteRuleSchema = z.strictObject({
  object: z.string(),
  field: z.string(),
  transform: z.enum(['upper', 'lower', 'trim', 'digits']),
});

const definitionSchema = z.strictObject({
  object: z.string().min(1),
  label: z.string().optional(),
  hasActivities: z.boolean().optional(),
  fields: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z]\w*$/),
        type: z.string().optional(),
        label: z.string().optional(),
        length: z.int().positive().optional(),
        required: z.boolean().optional(),
        externalId: z.boolean().optional(),
        unique: z.boolean().optional(),
        caseSensitive: z.boolean().optional(),
        referenceTo: z.array(z.string()).optional(),
        relationshipName: z.string().optional(),
        onParentDeletion: z.enum(['SetNull', 'Restrict', 'Cascade']).optional(),
        picklistValues: z.array(z.string()).optional(),
        restricted: z.boolean().optional(),
        defaultValue: z.union([z.string(), z.number(), z.boolean()]).optional(),
      }),
    )
    .default([]),
});

export const schemaInput = z.union([definitionSchema, z.array(definitionSchema)]);

const recordSchema = z.looseObject({ attributes: z.looseObject({ type: z.string() }) });

export const loadInput = z.strictObject({
  roles: z.array(roleSchema).default([]),
  users: z.array(userSchema).default([]),
  schema: z.array(definitionSchema).default([]),
  validationRules: z.array(validationRuleSchema).optional(),
  duplicateRules: z.array(duplicateRuleSchema).optional(),
  rewriteRules: z.array(rewriteRuleSchema).optional(),
  /** Records to create as the integration user. */
  records: z.array(recordSchema).default([]),
});

export const sharingInput = z.record(z.string(), sharingModel);

const scope = { user: z.string().optional(), profile: z.string().optional(), object: z.string() };
const fieldPermission = z.strictObject({
  ...scope,
  field: z.string(),
  readable: z.boolean().default(true),
  editable: z.boolean().default(true),
});
const objectPermission = z.strictObject({
  ...scope,
  read: z.boolean().default(true),
  create: z.boolean().default(true),
  edit: z.boolean().default(true),
  delete: z.boolean().default(true),
});

export const fieldPermissionsInput = z.union([fieldPermission, z.array(fieldPermission)]);
export const objectPermissionsInput = z.union([objectPermission, z.array(objectPermission)]);

const visibility = z.strictObject({ object: z.string().optional(), delayMs: z.number().min(0) });
export const visibilityInput = z.union([visibility, z.array(visibility)]);

export const limitsInput = z.strictObject({
  dailyApiRequests: z.int().min(0).optional(),
  used: z.int().min(0).optional(),
});

export const clockInput = z.strictObject({
  /** Stops the clock at this time. */
  now: z.iso.datetime({ offset: true }).nullish(),
  /** Lets it run at this distance from the machine's. */
  offsetMs: z.int().nullish(),
  /** Moves it on from where it is, running or not. */
  advanceMs: z.int().optional(),
});

export const appInput = z.strictObject({
  secretRevoked: z.boolean().optional(),
  keyRevoked: z.boolean().optional(),
  /** Usernames that have not approved the app. */
  unapproved: z.array(z.string()).optional(),
  rotatesRefreshTokens: z.boolean().optional(),
  sessionSeconds: z.number().positive().optional(),
});

export const authorizeInput = z.strictObject({ username: z.string() });

export const convertInput = z.strictObject({
  leadId: z.string(),
  accountId: z.string().optional(),
  contactId: z.string().optional(),
  opportunity: z.boolean().default(false),
});

export const mergeInput = z.strictObject({
  object: z.enum(['Account', 'Contact', 'Lead']),
  masterId: z.string(),
  loserIds: z.array(z.string()).min(1).max(2),
});

export const touchInput = z.strictObject({ ids: z.array(z.string()).min(1) });

export const hardDeleteInput = z.strictObject({ ids: z.array(z.string()).min(1) });

export const faultsInput = z.union([
  faultSchema,
  z.array(faultSchema),
  z.strictObject({ faults: z.array(faultSchema) }),
]);
