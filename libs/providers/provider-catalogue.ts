import { parseSettings, type SettingsOutcome } from './parse-settings.js';
import { parseProfile, type ProfileInput, type ProviderProfile } from './profile-schema.js';
import { profiles } from './profiles/index.js';
import { ProviderError } from './provider-error.js';
import type { ResolvedProvider } from './resolved-provider.js';
import { resolveProvider } from './resolve-provider.js';

export interface ProviderCatalogueOptions {
  /** Of the sandbox, such as `http://127.0.0.1:4006`; absent: it is not in the catalogue. */
  sandboxOrigin?: string;
  /** In place of the built-in ones: for tests. */
  profiles?: readonly ProfileInput[];
}

/** Integrations of one process use few distinct settings; more than this and the oldest are resolved again. */
const mostResolved = 2000;

/** The providers that this build knows. Reading a profile with nonsense in it throws when the process starts. */
export class ProviderCatalogue {
  readonly #profiles: ReadonlyMap<string, ProviderProfile>;
  readonly #resolved = new Map<string, ResolvedProvider>();
  readonly #sandboxOrigin: string | undefined;

  /** @throws ProviderError profile-invalid */
  constructor(options: ProviderCatalogueOptions = {}) {
    this.#sandboxOrigin =
      options.sandboxOrigin === undefined ? undefined : new URL(options.sandboxOrigin).origin;
    const all = (options.profiles ?? profiles).map(readProfile);
    const offered = all.filter(({ server }) => server !== 'sandbox' || this.#sandboxOrigin !== undefined);
    this.#profiles = new Map(
      offered.sort((a, b) => (a.id < b.id ? -1 : 1)).map((profile) => [profile.id, profile]),
    );
  }

  /** By id. */
  list(): ProviderProfile[] {
    return [...this.#profiles.values()];
  }

  find(id: string): ProviderProfile | undefined {
    return this.#profiles.get(id);
  }

  /** @throws ProviderError provider-unknown */
  get(id: string): ProviderProfile {
    const profile = this.#profiles.get(id);
    if (!profile) throw new ProviderError('provider-unknown', id);
    return profile;
  }

  /** Provider fields of an integration, checked before they are saved. @throws ProviderError provider-unknown */
  parseSettings(id: string, settings: unknown): SettingsOutcome {
    return parseSettings(this.get(id), settings, this.#sandboxOrigin);
  }

  /** What the procedures take, for one integration's settings. @throws ProviderError provider-unknown, settings-invalid */
  resolve(id: string, settings: Readonly<Record<string, unknown>>): ResolvedProvider {
    const key = `${id} ${JSON.stringify(settings)}`;
    const known = this.#resolved.get(key);
    if (known) return known;
    const profile = this.get(id);
    const parsed = parseSettings(profile, settings, this.#sandboxOrigin);
    if (!parsed.ok) throw new ProviderError('settings-invalid', id, parsed.faults);
    const resolved = resolveProvider(profile, parsed.settings, this.#sandboxOrigin);
    const oldest = this.#resolved.size >= mostResolved ? this.#resolved.keys().next().value : undefined;
    if (oldest !== undefined) this.#resolved.delete(oldest);
    this.#resolved.set(key, resolved);
    return resolved;
  }
}

function readProfile(input: ProfileInput): ProviderProfile {
  const read = parseProfile(input);
  if (!read.ok) throw new ProviderError('profile-invalid', input.id, read.faults);
  return read.profile;
}
