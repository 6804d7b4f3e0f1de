export interface FetchRequest {
  method: string;
  headers: Record<string, string>;
  body?: URLSearchParams | string;
  signal?: AbortSignal;
}

/** The one kind of I/O here: never follows a redirect, never retries. The outbound client's `asFetch()` fits. */
export type Fetch = (url: string, request: FetchRequest) => Promise<Response>;
