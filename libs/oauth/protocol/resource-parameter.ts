/** RFC 8707 §2: one `resource` each, at authorize, code exchange and refresh alike. */
export function resourceParameters(resource: readonly string[] = []): URLSearchParams {
  return new URLSearchParams(resource.map((one): [string, string] => ['resource', one]));
}
