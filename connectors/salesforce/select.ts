import { eventColumns } from './event-mapping.ts';
import { selectOfPerson } from './mapping.ts';
import type { ObjectShape, RecordObject } from './shape.ts';
import { taskColumns } from './task-mapping.ts';

const systemColumns = ['Id', 'OwnerId', 'CreatedDate', 'LastModifiedDate'];
/** Whether there are relations to read, and whom the event is about. */
const relatedColumns = ['WhoId', 'IsGroupEvent', 'WhoCount'];
/** What a task leads to, by reference and the columns behind it. */
const subjectColumns = { WhatId: 'What', WhoId: 'Who' } as const;

/** What is selected of an object's rows, as far as their user may see it. */
export function selectOf(object: RecordObject, shape: ObjectShape): string {
  if (object === 'Contact') return selectOfPerson('contact', shape);
  if (object === 'Lead') return selectOfPerson('lead', shape);
  const own = object === 'Event' ? [...eventColumns, ...relatedColumns] : taskColumns;
  const key = shape.keyColumn === null ? [] : [shape.keyColumn];
  const subjects = object === 'Task' ? Object.entries(subjectColumns) : [];
  return [
    ...systemColumns,
    ...key,
    ...own.filter(column => shape.columns.has(column)),
    ...subjects.flatMap(([column, name]) =>
      shape.columns.has(column) ? [column, `${name}.Name`, `${name}.Type`] : [],
    ),
  ].join(', ');
}
