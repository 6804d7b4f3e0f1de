import { Column, Entity, PrimaryColumn } from 'typeorm';

export type RevocationItemState = 'pending' | 'revoked' | 'unsupported' | 'failed';

/** One slot's tokens to be revoked at the provider: refresh token first, then access token (RFC 7009). */
@Entity('revocation_item')
export class RevocationItem {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'revocation_id' }) revocationId!: string;
  @Column('text', { name: 'connection_id' }) connectionId!: string;
  @Column('text') slot!: string;
  @Column('integer') generation!: number;
  @Column('text') state!: RevocationItemState;
  @Column('timestamptz', { name: 'refresh_token_revoked_at', nullable: true })
  refreshTokenRevokedAt!: Date | null;
  @Column('timestamptz', { name: 'access_token_revoked_at', nullable: true })
  accessTokenRevokedAt!: Date | null;
  @Column('integer') attempts!: number;
  @Column('timestamptz', { name: 'next_attempt_at', nullable: true }) nextAttemptAt!: Date | null;
  @Column('text', { name: 'last_error', nullable: true }) lastError!: string | null;
  @Column('integer', { name: 'http_status', nullable: true }) httpStatus!: number | null;
  @Column({ type: 'timestamptz', name: 'updated_at', insert: false }) updatedAt!: Date;
}
