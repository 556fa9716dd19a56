import { z } from 'zod';
import type { Emulator } from '../emulator.ts';

export const emailInput = z.strictObject({
  enhancedEmail: z.boolean().optional(),
  addressRelations: z.enum(['plain', 'matched', 'none']).optional(),
  caseFields: z.enum(['both', 'asGiven']).optional(),
  caseActivity: z.enum(['none', 'created']).optional(),
  taskSubject: z.enum(['prefixed', 'plain']).optional(),
  relationsOfSent: z.enum(['creatable', 'editable', 'refused']).optional(),
  filesOfSent: z.enum(['clientManaged', 'allowed']).optional(),
  activityOfDeleted: z.enum(['deleted', 'kept']).optional(),
  emailOfDeletedActivity: z.enum(['deleted', 'kept']).optional(),
});

const bytes = z.int().min(0).optional();

export const filesInput = z.strictObject({
  storageBytes: bytes,
  maxRequestBytes: bytes,
  maxFileBytes: bytes,
  maxAttachmentBytes: bytes,
  versionsPerDay: z.int().min(0).optional(),
  queryAllFiles: z.boolean().optional(),
  emptyFiles: z.enum(['refused', 'allowed']).optional(),
  missingShareType: z.enum(['viewer', 'refused']).optional(),
});

export const featuresInput = z.strictObject({ quotes: z.boolean().optional() });

/** Objects come and go with Enhanced Email. */
export function setEmail({ org }: Emulator, input: z.infer<typeof emailInput>): object {
  if (input.enhancedEmail !== undefined) org.settings.schemaChangedMs = org.clock.nowMs();
  return Object.assign(org.settings.email, input);
}

export function setFiles({ org }: Emulator, input: z.infer<typeof filesInput>): object {
  return Object.assign(org.settings.files, input);
}

export function setFeatures({ org }: Emulator, input: z.infer<typeof featuresInput>): object {
  if (input.quotes !== undefined) {
    org.settings.quotes = input.quotes;
    org.settings.schemaChangedMs = org.clock.nowMs();
  }
  return { quotes: org.settings.quotes };
}
