import { describe, expect, it } from 'vitest';
import {
  calendarContainer,
  kindOfContainer,
  listOf,
  placeOf,
  taskContainer,
  windowOf,
} from '../../sync/containers.ts';

const days = { fromDay: '2026-02-01', toDay: '2027-04-01' };
const folder = 'AAMkADk0NGJjLmNhbGVuZGFy=';

describe('what is watched of a mailbox', () => {
  it.each([
    ['a window of the calendar', calendarContainer(days), 'event', 'calendar'],
    ['the calendar itself', 'calendar', 'event', 'calendar'],
    ['a list of tasks', taskContainer('list:1/2'), 'task', 'tasks:list:1/2'],
    ['a folder of contacts', folder, 'contact', folder],
  ])('%s', (_name, containerId, kind, place) => {
    expect(kindOfContainer(containerId)).toBe(kind);
    expect(placeOf(containerId)).toBe(place);
  });

  it('CAL-4 every window of the calendar tells of the same items', () => {
    const later = calendarContainer({ ...days, toDay: '2027-05-01' });
    expect(windowOf(later)).toEqual({ ...days, toDay: '2027-05-01' });
    expect(placeOf(later)).toBe(placeOf(calendarContainer(days)));
    expect(windowOf('calendar')).toBe(null);
    expect(windowOf(folder)).toBe(null);
  });

  it('TASK-1 a list is found again behind its container', () => {
    expect(listOf(taskContainer('list:1/2'))).toBe('list:1/2');
  });
});
