import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One of several tokens of a connection, and the state of its renewal (refresh-protocol: fence, lease, generation). */
@Entity('connection_slot')
export class ConnectionSlot {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text', { name: 'connection_id' }) connectionId!: string;
  @PrimaryColumn('text') slot!: string;
  @Column('text') id!: string;
  @Column('integer') generation!: number;
  @Column('integer') fence!: number;
  @Column('text', { name: 'lease_owner', nullable: true }) leaseOwner!: string | null;
  @Column('timestamptz', { name: 'lease_until', nullable: true }) leaseUntil!: Date | null;
  /** The attempt whose end is not known; no other may start before it is resolved. */
  @Column('text', { name: 'open_attempt_id', nullable: true }) openAttemptId!: string | null;
  /** The only schedule; null where nothing is to be renewed. */
  @Column('timestamptz', { name: 'refresh_due_at', nullable: true }) refreshDueAt!: Date | null;
  @Column('text', { name: 'claimed_epoch', nullable: true }) claimedEpoch!: string | null;
  @Column('timestamptz', { name: 'claimed_until', nullable: true }) claimedUntil!: Date | null;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'refresh_token_expires_at', nullable: true })
  refreshTokenExpiresAt!: Date | null;
  /** Consecutive failed attempts. */
  @Column('integer') failures!: number;
  @Column('timestamptz', { name: 'refreshed_at', nullable: true }) refreshedAt!: Date | null;
}
