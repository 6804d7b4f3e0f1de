import type { ConnectionTags } from '#oauth';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Why a connection is in its state: a failure class or a human's words, with the provider's code and status. */
export interface ConnectionReason {
  code: string;
  detail?: string;
  httpStatus?: number;
  at: string;
}

@Entity('connection')
export class Connection {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'integration_id' }) integrationId!: string;
  @Column('text') provider!: string;
  @Column('text', { name: 'grant_type' }) grantType!: 'authorization_code' | 'client_credentials';
  /** The caller's own id of the resource owner; null where the application acts for itself. */
  @Column('text', { name: 'end_user_id', nullable: true }) endUserId!: string | null;
  @Column('text', { name: 'end_user_email', nullable: true }) endUserEmail!: string | null;
  @Column('text', { name: 'end_user_name', nullable: true }) endUserName!: string | null;
  /** The resource owner at the provider (`sub`), where it is known. */
  @Column('text', { nullable: true }) subject!: string | null;
  @Column('text') state!: string;
  /** The state to come back to from paused or quarantined. */
  @Column('text', { name: 'return_state', nullable: true }) returnState!: string | null;
  @Column('jsonb', { nullable: true }) reason!: ConnectionReason | null;
  @Column('text', { name: 'scopes_requested', array: true }) scopesRequested!: string[];
  @Column('text', { name: 'scopes_granted', array: true }) scopesGranted!: string[];
  @Column('text', { array: true }) resource!: string[];
  /** What the provider's callback or account listing said: realm, tenant, account. Never a token. */
  @Column('jsonb') metadata!: Record<string, unknown>;
  /** The caller's own words. */
  @Column('jsonb') tags!: ConnectionTags;
  @Column('integer') version!: number;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
  @Column({ type: 'timestamptz', name: 'updated_at', insert: false }) updatedAt!: Date;
  @Column('timestamptz', { name: 'authorized_at', nullable: true }) authorizedAt!: Date | null;
}
