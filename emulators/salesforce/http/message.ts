/** A request as the protocol code sees it, whether it came over the wire or inside a composite. */
export interface Request {
  readonly method: string;
  /** Undecoded path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  /** Scheme and authority that the client used. */
  readonly origin: string;
}

/** What was sent: text from the wire, or a value that is already JSON (a subrequest's body). */
type Body = { readonly text: string } | { readonly json: unknown };

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is text or bytes with a content type of its own in `headers`. Absent: no content. */
  readonly body?: unknown;
}

/** Percent-decoded text, or the text itself where it is not well encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const noContent: Answer = { status: 204 };
