import { isSecureEndpoint } from '#oauth';
import { z } from 'zod';
import { customSettings, urlFields } from './custom-settings.js';
import type { ProviderProfile } from './profile-schema.js';
import { faultsOf, type ProfileFault } from './provider-error.js';
import { sandboxSettings } from './sandbox-settings.js';
import { isFillable } from './template.js';

export type SettingsOutcome =
  { ok: true; settings: Record<string, unknown> } | { ok: false; faults: ProfileFault[] };

/** The provider fields of an integration, as this profile wants them. Unknown members are refused. */
export function parseSettings(
  profile: ProviderProfile,
  settings: unknown,
  sandboxOrigin?: string,
): SettingsOutcome {
  const result = settingsSchema(profile).safeParse(settings ?? {});
  if (!result.success) return { ok: false, faults: faultsOf(result.error) };
  const faults = profile.server === 'integration' ? insecureUrls(result.data, sandboxOrigin) : [];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, settings: result.data };
}

const schemas = new WeakMap<ProviderProfile, z.ZodType<Record<string, unknown>>>();

function settingsSchema(profile: ProviderProfile): z.ZodType<Record<string, unknown>> {
  const known = schemas.get(profile);
  if (known) return known;
  const schema = makeSchema(profile);
  schemas.set(profile, schema);
  return schema;
}

function makeSchema({ server, settings }: ProviderProfile): z.ZodType<Record<string, unknown>> {
  if (server === 'integration') return customSettings;
  if (server === 'sandbox') return sandboxSettings;
  const fields = Object.entries(settings).map(([name, { pattern, label, default: fallback }]) => {
    const whole = new RegExp(`^(?:${pattern})$`, 'u');
    const field = z
      .string(`${label} is missing`)
      .max(200)
      .refine((value) => whole.test(value) && isFillable(value), `${label} does not look right`);
    return [name, fallback === undefined ? field : field.default(fallback)] as const;
  });
  return z.strictObject(Object.fromEntries(fields));
}

/** Plain http is for the sandbox on loopback alone, by the exact origin of the configuration. */
export function isSandboxUrl(url: string, sandboxOrigin: string | undefined): boolean {
  return sandboxOrigin !== undefined && URL.parse(url)?.origin === sandboxOrigin;
}

function insecureUrls(settings: Record<string, unknown>, sandboxOrigin: string | undefined): ProfileFault[] {
  return urlFields
    .filter((field) => {
      const value = settings[field];
      if (typeof value !== 'string') return false;
      return (
        !isSecureEndpoint(value, isSandboxUrl(value, sandboxOrigin)) ||
        (field === 'issuer' && value.includes('?'))
      );
    })
    .map((field) => ({
      pointer: `/${field}`,
      detail: 'must be an https URL without credentials or fragment',
    }));
}
