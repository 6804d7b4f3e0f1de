export interface ApiAnswer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

/** A key or a JWT; or what makes one for each request. */
export type Credential = string | ((method: string, path: string) => Promise<string>);

/** Calls an API as an integrator's client would, with a key; answers whatever comes. */
export class ApiClient {
  constructor(
    readonly origin: string,
    readonly credential?: Credential,
  ) {}

  as(credential: Credential | undefined): ApiClient {
    return new ApiClient(this.origin, credential);
  }

  get<T = Record<string, unknown>>(path: string, headers?: Record<string, string>): Promise<ApiAnswer<T>> {
    return this.send('GET', path, undefined, headers);
  }

  post<T = Record<string, unknown>>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<T>> {
    return this.send('POST', path, body, headers);
  }

  put<T = Record<string, unknown>>(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<T>> {
    return this.send('PUT', path, body, headers);
  }

  patch<T = Record<string, unknown>>(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<T>> {
    return this.send('PATCH', path, body, headers);
  }

  delete<T = Record<string, unknown>>(path: string, headers?: Record<string, string>): Promise<ApiAnswer<T>> {
    return this.send('DELETE', path, undefined, headers);
  }

  private async send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<T>> {
    const url = new URL(path, this.origin);
    const { credential: given } = this;
    const credential = typeof given === 'function' ? await given(method, url.pathname) : given;
    const response = await fetch(url, {
      method,
      headers: {
        ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : text) as T,
    };
  }
}
