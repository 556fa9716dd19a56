/** The row changed since it was read: HTTP's 412. */
export class StaleVersion extends Error {
  override readonly name = 'StaleVersion';
  readonly currentVersion: number;

  constructor(currentVersion: number) {
    super(`This was changed in the meantime: its version is ${currentVersion} now. Read it again.`);
    this.currentVersion = currentVersion;
  }
}

/** Other rows need this one; the transaction is lost. */
export class StillInUse extends Error {
  override readonly name = 'StillInUse';
}

/** PostgreSQL appendix A. */
const FOREIGN_KEY_VIOLATION = '23503';
const UNIQUE_VIOLATION = '23505';

/** A second row for what may exist once, such as an identity that another pairing has claimed. */
export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === UNIQUE_VIOLATION;
}

/** Runs a deletion; `inUse` says what to do when other rows refer to the row. */
export async function unlessInUse<T>(deletion: Promise<T>, inUse: string): Promise<T> {
  try {
    return await deletion;
  } catch (error) {
    if (codeOf(error) === FOREIGN_KEY_VIOLATION) throw new StillInUse(inUse, { cause: error });
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
