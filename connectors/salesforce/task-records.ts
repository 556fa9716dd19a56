import type { CrmRecord } from '../../sync/record.ts';
import { type Link, textOfLinks, textOfTask } from '../../sync/tasks/text-form.ts';
import { textOrNull } from './activity-values.ts';
import { systemFieldsOf } from './system-fields.ts';
import { isPhoneCall, taskOf } from './task-mapping.ts';
import type { TaskPicklists } from './task-picklists.ts';
import type { Row } from './wire.ts';

/** The address of a record's page. */
export type UrlOf = (object: string, id: string, mode: 'view' | 'edit') => string;

/** `mayShow`: whether its user sees the record behind an id. */
export function crmTaskOf(
  row: Row,
  picklists: TaskPicklists,
  urlOf: UrlOf,
  mayShow: (id: string) => boolean,
): CrmRecord {
  const links = linksOf(row, urlOf, mayShow);
  return {
    ...systemFieldsOf(row),
    ref: { kind: isPhoneCall(row) ? 'call' : 'task', id: String(row.Id) },
    fields: { ...textOfTask(taskOf(row, picklists)), links: textOfLinks(links) },
    ...(typeof row.IsClosed === 'boolean' && { closed: row.IsClosed }),
  };
}

/** The records that a task is about. */
export function idsOfSubjects(row: Row): string[] {
  return [row.WhatId, row.WhoId].filter(id => typeof id === 'string');
}

/** TASK-1: the task itself, then what it is about, else whom. */
function linksOf(row: Row, urlOf: UrlOf, mayShow: (id: string) => boolean): Link[] {
  const ownName = textOrNull(row.Subject) ?? (isPhoneCall(row) ? 'Call' : 'Task');
  const own = { url: urlOf('Task', String(row.Id), 'view'), name: ownName };
  const subjects = [subjectOf(row.WhatId, row.What), subjectOf(row.WhoId, row.Who)];
  const subject = subjects.find(found => found !== null && mayShow(found.id));
  return subject ? [own, { url: urlOf(subject.object, subject.id, 'view'), name: subject.name }] : [own];
}

/** What the user may not see has no name. */
function subjectOf(id: unknown, named: unknown): { id: string; object: string; name: string } | null {
  const { Name, Type } = (named ?? {}) as { Name?: unknown; Type?: unknown };
  const object = textOrNull(Type);
  return typeof id === 'string' && object !== null ? { id, object, name: textOrNull(Name) ?? object } : null;
}
