import { createRoute, z } from '@hono/zod-openapi';
import { getOrganization, updateOrganization } from '../db/organizations.ts';
import { access } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { organizationBody, organizationName, organizationSchema } from './organization-view.ts';
import { problemResponses } from './problem.ts';
import { answers, takes } from './route.ts';
import { change, read } from './tenant.ts';

const tags = ['organizations'];

const get = createRoute({
  ...access('viewer', 'organization.get'),
  method: 'get',
  path: '/organization',
  tags,
  summary: "The API key's own organization",
  responses: { 200: answers(organizationSchema, 'The organization'), ...problemResponses(401, 403) },
});

const patch = createRoute({
  ...access('admin', 'organization.change'),
  method: 'patch',
  path: '/organization',
  tags,
  summary: 'Rename the organization; subscription and trial are read-only here',
  request: {
    body: takes(z.strictObject({ name: organizationName.optional() }).openapi('OrganizationChange')),
  },
  responses: {
    200: answers(organizationSchema, 'The organization'),
    ...problemResponses(400, 401, 403, 413, 415),
  },
});

export function serveOrganization(app: Api, deps: Deps): void {
  app.openapi(get, async c => c.json(organizationBody(await read(deps, c, getOrganization)), 200));

  app.openapi(patch, async c => {
    const { name } = c.req.valid('json');
    const organization = await change(deps, c, async (tx, note) => {
      const changed = await updateOrganization(tx, name === undefined ? {} : { name });
      note(changed.id);
      return changed;
    });
    return c.json(organizationBody(organization), 200);
  });
}
