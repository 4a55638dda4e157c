import { expect, it } from 'vitest';
import { pluralOf, snakeCase } from './naming.ts';

it.each([
  ['Note', 'notes'],
  ['Category', 'categories'],
  ['Day', 'days'],
  ['Box', 'boxes'],
  ['Branch', 'branches'],
  ['OrderLine', 'orderLines'],
])('makes the plural of %s %s', (name, plural) => {
  expect(pluralOf(name)).toBe(plural);
});

it.each([
  ['notebookId', 'notebook_id'],
  ['OrderLine', 'order_line'],
  ['htmlURL', 'html_url'],
  ['URLOfPage', 'url_of_page'],
  ['title', 'title'],
])('writes %s as %s in the database', (name, column) => {
  expect(snakeCase(name)).toBe(column);
});
