import type { CheckedAccess } from './access.ts';
import type { FolderForm } from './folder-forms.ts';
import type { UserSchema } from './schema.ts';
import type { DescribedShape } from './shape.ts';
import type { UrlOf } from './task-records.ts';
import type { SalesforceWire } from './wire.ts';

/** What one user's records with folders are read and made with. */
export interface FolderParts {
  readonly userId: string;
  readonly wire: SalesforceWire;
  readonly schema: UserSchema;
  readonly access: CheckedAccess | null;
  readonly urlOf: UrlOf;
  readonly now: () => number;
}

/** An object that the user has, with how it is read. */
export interface FolderReading {
  readonly form: FolderForm;
  readonly shape: DescribedShape;
  readonly select: string;
}
