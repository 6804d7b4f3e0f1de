import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { newId } from './new-id.js';

/** A sign-in under way. Nothing of it is secret here: verifier and nonce are in the browser's cookie. */
export interface SignIn {
  issuer: string;
  browserHash: Buffer;
  returnTo: string;
  maxAgeSeconds: number | null;
}

/** Who an identity provider says that somebody is. */
export interface Identity {
  issuer: string;
  subject: string;
  email: string | null;
  emailVerified: boolean;
  name: string;
}

export interface Membership {
  workspace: string;
  name: string;
  role: string;
  source: 'claims' | 'invitation' | 'creation';
  suspended: boolean;
}

/** Sign-ins and the people who come of them; neither belongs to a workspace. */
@Injectable()
export class SignIns {
  constructor(private readonly database: Database) {}

  async begin(stateHash: Buffer, signIn: SignIn, lifeSeconds: number): Promise<void> {
    await this.database.acrossWorkspaces(
      `INSERT INTO sign_in (state_hash, issuer, browser_hash, return_to, max_age_seconds, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`,
      [stateHash, signIn.issuer, signIn.browserHash, signIn.returnTo, signIn.maxAgeSeconds, lifeSeconds],
    );
  }

  /** Takes a sign-in once and for all, where this browser began it: whoever comes second finds nothing. */
  async take(stateHash: Buffer, browserHash: Buffer): Promise<SignIn | undefined> {
    const [rows] = (await this.database.acrossWorkspaces(
      `DELETE FROM sign_in WHERE state_hash = $1 AND browser_hash = $2 AND expires_at > now()
       RETURNING issuer, browser_hash AS "browserHash", return_to AS "returnTo", max_age_seconds AS "maxAgeSeconds"`,
      [stateHash, browserHash],
    )) as unknown as [SignIn[], number];
    return rows[0];
  }

  /** Whether the person of an identity has signed in before. */
  async isKnown({ issuer, subject }: Identity): Promise<boolean> {
    const rows = await this.database.acrossWorkspaces(
      `SELECT 1 FROM person WHERE issuer = $1 AND subject = $2`,
      [issuer, subject],
    );
    return rows.length > 0;
  }

  /** The person of an identity, made or brought up to date. */
  async recognize({ issuer, subject, email, emailVerified, name }: Identity): Promise<string> {
    const [row] = await this.database.acrossWorkspaces<{ id: string }>(
      `INSERT INTO person (id, issuer, subject, email, email_verified, name, last_sign_in_at)
       VALUES ($1, $2, $3, $4, $5, $6, now())
       ON CONFLICT (issuer, subject) DO UPDATE SET email = excluded.email, email_verified = excluded.email_verified,
         name = excluded.name, last_sign_in_at = now()
       RETURNING id`,
      [newId('usr'), issuer, subject, email, emailVerified, name],
    );
    return row!.id;
  }

  /** Where a person is a member, by name. */
  async listMemberships(personId: string): Promise<Membership[]> {
    return this.database.acrossWorkspaces<Membership>(
      `SELECT workspace_id AS workspace, name, role, source, suspended FROM list_memberships($1)`,
      [personId],
    );
  }

  async listWorkspaces(): Promise<string[]> {
    const rows = await this.database.acrossWorkspaces<{ id: string }>(
      `SELECT workspace_id AS id FROM list_workspaces()`,
    );
    return rows.map(({ id }) => id);
  }
}
