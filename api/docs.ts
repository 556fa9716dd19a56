import { readFile } from 'node:fs/promises';
import type { Api } from './deps.ts';

/** The reference page's own script, from the package: admins behind firewalls reach no CDN. */
const scriptFile = new URL('./browser/standalone.js', import.meta.resolve('@scalar/api-reference'));

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tandem API</title></head>
<body>
<script id="api-reference" data-url="/openapi.json" data-configuration='{"withDefaultFonts":false,"telemetry":false}'></script>
<script src="/docs/reference.js"></script>
</body>
</html>
`;

/** Nothing from elsewhere, nothing to elsewhere. Styles are inline in the reference's own components. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function serveDocs(app: Api): void {
  app.get('/docs', c => {
    c.header('content-security-policy', policy);
    return c.html(page);
  });
  app.get('/docs/reference.js', async c => {
    c.header('cache-control', 'public, max-age=3600');
    return c.body(await readFile(scriptFile), 200, { 'content-type': 'text/javascript; charset=utf-8' });
  });
}
