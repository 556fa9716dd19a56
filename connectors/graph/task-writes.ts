import type { LinkedResource, TodoTask } from '@microsoft/microsoft-graph-types';
import { mergedBody } from '../../sync/calendar/merged-body.ts';
import { normalText } from '../../sync/calendar/plain-text.ts';
import type { Fields } from '../../sync/record.ts';
import { taskOfText } from '../../sync/tasks/text-form.ts';
import type { MailboxWrite } from '../connector.ts';
import { bodyOf } from './body-mapping.ts';
import { keyOf, linkedResourcesOf, linksOf, textOfOwnLinks } from './task-links.ts';
import { todoTaskOf } from './task-mapping.ts';

/** Whether what a task shall say depends on what it says now. */
export function needsCurrentTask(operation: MailboxWrite): boolean {
  return operation.op === 'update' && (operation.fields.body !== undefined || changesLinks(operation));
}

export function changesLinks(operation: MailboxWrite): boolean {
  return operation.op === 'update' && (operation.fields.links !== undefined || operation.key !== undefined);
}

/** The task that sets exactly these fields, without its links; `current` is the one that stands there, {} for a new one. */
export function taskBody(fields: Fields, current: TodoTask): TodoTask {
  const { body, ...rest } = taskOfText(fields);
  if (body === undefined) return todoTaskOf(rest);
  const before = bodyOf(current.body);
  // What people read stays: then not a byte of the HTML changes.
  if (normalText(body?.text ?? '') === normalText(before?.text ?? '')) return todoTaskOf(rest);
  const merged = before === null || body === null ? body : mergedBody(before, body.text);
  return todoTaskOf({ ...rest, body: merged });
}

/** The links that a task shall have, with the key; what the operation does not name stays. */
export function wantedLinks(operation: MailboxWrite, current: TodoTask): LinkedResource[] {
  if (operation.op === 'delete') return [];
  const { links = textOfOwnLinks(current) } = operation.fields;
  const key = operation.key === undefined ? keyOf(current) : operation.key;
  return linkedResourcesOf(linksOf(links), key);
}
