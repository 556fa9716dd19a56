/** An answer that is an error; the texts are the vendor's. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  /** The code of the service behind the gateway, where it differs. */
  readonly innerCode: string | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Record<string, string> = {},
    innerCode?: string,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.innerCode = innerCode;
  }
}

export const badRequest = (message: string) => new GraphError(400, 'BadRequest', message);

export const unreadableBody = (message: string) => new GraphError(400, 'RequestBodyRead', message);

export const invalidRequest = (message: string) => new GraphError(400, 'ErrorInvalidRequest', message);

export const invalidUrlQuery = (message: string) => new GraphError(400, 'ErrorInvalidUrlQuery', message);

export const malformedId = () => new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');

export const noSuchSegment = (segment: string) =>
  badRequest(`Resource not found for the segment '${segment}'.`);

export const itemNotFound = () =>
  new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

export const folderNotFound = () =>
  new GraphError(404, 'ErrorFolderNotFound', 'The specified folder could not be found in the store.');

export const syncFolderNotFound = () =>
  new GraphError(404, 'ErrorSyncFolderNotFound', 'The specified folder could not be found in the store.');

export const folderExists = () =>
  new GraphError(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');

export const accessDenied = () =>
  new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');

export const changeKeyConflict = () =>
  new GraphError(
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  );

export const tooLarge = () =>
  new GraphError(
    413,
    'RequestEntityTooLarge',
    'The request body exceeds the maximum allowed size of 4194304 bytes.',
  );

export const syncStateNotFound = (generation: number, highest: number, location: string) =>
  new GraphError(
    410,
    'SyncStateNotFound',
    `The sync state generation is not found; generation=${generation};[highest=${highest}][${highest}][${highest - 2}][${highest - 1}].`,
    { Location: location },
  );

export const syncStateInvalid = (location: string) =>
  new GraphError(410, 'SyncStateInvalid', 'The sync state is invalid.', { Location: location });

export const notDelegated = () => badRequest('/me request is only valid with delegated authentication flow.');

export const insufficientPrivileges = () =>
  new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');

export const noSuchObject = (key: string) =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const invalidUser = (key: string) =>
  new GraphError(404, 'ErrorInvalidUser', `The requested user '${key}' is invalid.`);

export const mailboxNotEnabled = () =>
  new GraphError(
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  );

export const invalidToken = (message: string) =>
  new GraphError(401, 'InvalidAuthenticationToken', message, {
    'WWW-Authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
  });
