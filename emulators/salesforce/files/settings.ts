/** How much an org takes, and what the vendor's documentation leaves open. */
export interface FileSettings {
  /** Contents of all files and attachments together. */
  storageBytes: number;
  /** A request that is not multipart; encoded in base64 a file is a third larger. */
  maxRequestBytes: number;
  /** One ContentVersion, and one Attachment. */
  maxFileBytes: number;
  maxAttachmentBytes: number;
  /** ContentVersions in a day. */
  versionsPerDay: number;
  /** Whether users who may View All Data find all files by a query that names none (permission Query All Files). */
  queryAllFiles: boolean;
  /** Whether a file or attachment without a single byte is one. */
  emptyFiles: 'refused' | 'allowed';
  /** What a link without ShareType is. */
  missingShareType: 'viewer' | 'refused';
}

const MB = 1024 ** 2;

export function newFileSettings(): FileSettings {
  return {
    storageBytes: 10_240 * MB,
    maxRequestBytes: 50 * MB,
    maxFileBytes: 2048 * MB,
    maxAttachmentBytes: 25 * MB,
    versionsPerDay: 200_000,
    queryAllFiles: false,
    emptyFiles: 'refused',
    missingShareType: 'viewer',
  };
}
