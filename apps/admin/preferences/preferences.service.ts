import { Injectable } from '@nestjs/common';
import { checkIfMatch, type FoundSession } from '#platform';
import { PersonPreferences } from '#storage';
import { preferencesOf, type Preferences } from './preferences.view.js';

export interface VersionedPreferences {
  preferences: Preferences;
  version: number;
}

/** How a person likes the dashboard. */
@Injectable()
export class PreferencesService {
  constructor(private readonly stored: PersonPreferences) {}

  /** The defaults have version 0. */
  async find({ person }: FoundSession): Promise<VersionedPreferences> {
    const { preferences = {}, version = 0 } = (await this.stored.find(person.id)) ?? {};
    return { preferences: preferencesOf(preferences), version };
  }

  async put(
    session: FoundSession,
    preferences: Preferences,
    ifMatch?: string,
  ): Promise<VersionedPreferences> {
    const before = await this.find(session);
    checkIfMatch(ifMatch, before.version, () => before.preferences);
    const expected = ifMatch === undefined ? undefined : before.version;
    const version = await this.stored.put(session.person.id, preferences, expected);
    // Somebody was quicker: what they stored tells whether that is in the way.
    return version === undefined ? this.put(session, preferences, ifMatch) : { preferences, version };
  }
}
