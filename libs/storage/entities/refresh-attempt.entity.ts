import { Column, Entity, PrimaryColumn } from 'typeorm';

export type RefreshAttemptState =
  'intent' | 'not_sent' | 'ambiguous' | 'landed' | 'promoted' | 'orphaned' | 'failed' | 'resolved';

/** One use of a refresh token: written before the wire, closed when its end is known. */
@Entity('refresh_attempt')
export class RefreshAttempt {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'connection_id' }) connectionId!: string;
  @Column('text') slot!: string;
  @Column('text') worker!: string;
  @Column('text') trigger!: string;
  @Column('integer') fence!: number;
  @Column('integer', { name: 'base_generation' }) baseGeneration!: number;
  @Column('bytea', { name: 'refresh_token_fingerprint', nullable: true })
  refreshTokenFingerprint!: Buffer | null;
  @Column('text') state!: RefreshAttemptState;
  @Column('timestamptz') deadline!: Date;
  /** When the resolver takes it up; only while it is open. */
  @Column('timestamptz', { name: 'resolve_at', nullable: true }) resolveAt!: Date | null;
  @Column('text', { name: 'failure_class', nullable: true }) failureClass!: string | null;
  @Column('text', { name: 'error_code', nullable: true }) errorCode!: string | null;
  @Column('integer', { name: 'http_status', nullable: true }) httpStatus!: number | null;
  /** How often it was tried to revoke what it brought. */
  @Column({ type: 'integer', insert: false, update: false }) settlings!: number;
  @Column({ type: 'timestamptz', name: 'started_at', insert: false, update: false }) startedAt!: Date;
  @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt!: Date | null;
}
