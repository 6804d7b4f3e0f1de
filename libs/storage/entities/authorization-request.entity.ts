import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One visit to the provider's authorization endpoint: its state, used once. */
@Entity('authorization_request')
export class AuthorizationRequest {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'connect_session_id' }) connectSessionId!: string;
  @Column('text', { name: 'integration_id' }) integrationId!: string;
  @Column('bytea', { name: 'state_hash' }) stateHash!: Buffer;
  /** SHA-256 of the cookie that binds start and callback to one browser. */
  @Column('bytea', { name: 'browser_hash' }) browserHash!: Buffer;
  /**
   * PKCE verifier and nonce, deleted on use. Then the provider's answer, until it is taken in; or, with `holdsGrant`,
   * the grant that waits for its confirmation.
   */
  @Column('bytea', { nullable: true, select: false }) sealed!: Buffer | null;
  @Column('boolean', { name: 'holds_grant' }) holdsGrant!: boolean;
  @Column('text', { name: 'redirect_uri' }) redirectUri!: string;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'used_at', nullable: true }) usedAt!: Date | null;
}
