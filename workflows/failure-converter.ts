import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stack traces of failures are encrypted like everything else; Temporal sees "Encoded failure" (OPS-5). */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
