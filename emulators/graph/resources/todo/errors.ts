import { GraphError } from '../../protocol/errors.ts';

/** To Do answers with its own code and puts the one of Exchange inside. */
const invalidTodoRequest = (message: string, innerCode: string) =>
  new GraphError(400, 'invalidRequest', message, {}, innerCode);

export const todoIdMalformed = () => invalidTodoRequest('Id is malformed.', 'ErrorInvalidIdMalformed');

/** Seen when a task is asked for in a list that it left, and with the alias of the default list. */
export const notInThisList = () =>
  invalidTodoRequest(
    'Parent folder specified does not contain a Task with given Id',
    'ParentFolderDoesNotContainTaskWithGivenId',
  );

export const invalidTask = (message: string) => invalidTodoRequest(message, 'ErrorPropertyValidationFailure');

/** Without the role To Do does not refuse: it says that it does not know the caller. */
export const unknownError = () => new GraphError(401, 'UnknownError', '');
