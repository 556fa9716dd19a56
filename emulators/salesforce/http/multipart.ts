/**
 * A record with binary fields sent as multipart/form-data: one part with the other fields as JSON, and one with a file
 * name for each binary field, in any order. The result is the record as JSON would give it, contents in base64.
 * Undefined when the parts cannot be read so.
 */
export async function readMultipart(
  bytes: Buffer<ArrayBuffer>,
  contentType: string,
): Promise<Record<string, unknown> | undefined> {
  try {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
    const fields: [string, unknown][] = [];
    for (const [name, part] of form) {
      if (typeof part === 'string') fields.push(...Object.entries(JSON.parse(part)));
      else fields.push([name, Buffer.from(await part.arrayBuffer()).toString('base64')]);
    }
    return Object.fromEntries(fields);
  } catch {
    return undefined;
  }
}
