import { Column, Entity, PrimaryColumn } from 'typeorm';

export type RevocationItemState = 'pending' | 'revoked' | 'verified_dead' | 'unsupported' | 'failed';
/** Null before the provider was told. `still_alive`: it said revoked, and its tokens live, or could not be shown dead. */
export type ItemVerification = 'waiting' | 'wants_probe' | 'verified' | 'not_possible' | 'still_alive';
export type VerifiedBy = 'introspection' | 'userinfo' | 'refresh' | 'expiry';
/** What a refresh that must fail came to. */
export type ProbeAnswer = 'dead' | 'alive' | 'unanswerable';

/** One slot's tokens to be revoked at the provider: refresh token first, then access token (RFC 7009). */
@Entity('revocation_item')
export class RevocationItem {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'revocation_id' }) revocationId!: string;
  @Column('text', { name: 'connection_id' }) connectionId!: string;
  /** Empty where its connection was erased. */
  @Column('text', { name: 'integration_id' }) integrationId!: string;
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
  @Column('text', { nullable: true }) verification!: ItemVerification | null;
  @Column('text', { name: 'verification_reason', nullable: true }) verificationReason!: string | null;
  @Column('text', { name: 'verified_by', nullable: true }) verifiedBy!: VerifiedBy | null;
  @Column('timestamptz', { name: 'verified_at', nullable: true }) verifiedAt!: Date | null;
  @Column('integer', { name: 'verification_attempts' }) verificationAttempts!: number;
  /** How often it was told again because a token lived on. */
  @Column('integer', { name: 'told_again' }) toldAgain!: number;
  /** Whether UserInfo took its access token before it was revoked: only then a refusal means anything. */
  @Column('boolean', { name: 'userinfo_accepts', nullable: true }) userinfoAccepts!: boolean | null;
  @Column('text', { nullable: true }) probe!: ProbeAnswer | null;
  @Column({ type: 'timestamptz', name: 'updated_at', insert: false }) updatedAt!: Date;
}
