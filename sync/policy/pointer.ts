/** A JSON pointer (RFC 6901) to a place in a document; the document itself is ''. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map(key => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
