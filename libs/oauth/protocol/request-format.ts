import type { Fetch, FetchRequest } from './fetch.js';

/** How a provider wants requests to its endpoints written, where it differs from RFC 6749. */
export interface RequestFormat {
  /** `form` is the standard; `query` is a GET with the parameters in the URL. */
  body: 'form' | 'json' | 'query';
  /** RFC 6749 §2.3.1 form-encodes id and secret before Basic; servers exist that take them raw. */
  basicEncoding: 'form' | 'raw';
  /** Standard parameter name to the provider's own, such as `client_id` to `client_key`. */
  rename: Readonly<Record<string, string>>;
}

export const standardFormat: RequestFormat = { body: 'form', basicEncoding: 'form', rename: {} };

/** A fetch that writes form parameters as the provider wants them. */
export function inFormat(fetch: Fetch, format: RequestFormat): Fetch {
  return (url, request) => fetch(...written(url, request, format));
}

function written(url: string, request: FetchRequest, format: RequestFormat): [string, FetchRequest] {
  if (!(request.body instanceof URLSearchParams)) return [url, request];
  const parameters = renamed(request.body, format.rename);
  if (format.body === 'form') return [url, { ...request, body: parameters }];
  const { 'content-type': _, ...headers } = request.headers;
  if (format.body === 'query') {
    const target = new URL(url);
    for (const [name, value] of parameters) target.searchParams.append(name, value);
    return [target.href, { ...request, method: 'GET', headers, body: undefined }];
  }
  return [
    url,
    {
      ...request,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(asObject(parameters)),
    },
  ];
}

function renamed(parameters: URLSearchParams, names: RequestFormat['rename']): URLSearchParams {
  const result = new URLSearchParams();
  for (const [name, value] of parameters) result.append(names[name] ?? name, value);
  return result;
}

/** A repeated parameter (`resource`) becomes an array. */
function asObject(parameters: URLSearchParams): Record<string, string | string[]> {
  const names = new Set(parameters.keys());
  return Object.fromEntries(
    [...names].map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}
