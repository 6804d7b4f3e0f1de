/** The application's return URL with what it is told. */
export function returnUrlWith(returnUrl: string, told: Record<string, string>): string {
  const url = new URL(returnUrl);
  for (const [name, value] of Object.entries(told)) url.searchParams.set(name, value);
  return url.href;
}
