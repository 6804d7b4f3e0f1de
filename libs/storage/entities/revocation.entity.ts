import { Column, Entity, PrimaryColumn } from 'typeorm';

export type RevocationState = 'awaiting_approval' | 'running' | 'paused' | 'cancelled' | 'rejected';

/** Of one connection, or of the targets that a selector found when it was asked for. */
@Entity('revocation')
export class Revocation {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  /** Null where it is of many. */
  @Column('text', { name: 'connection_id', nullable: true }) connectionId!: string | null;
  @Column('text') reason!: string;
  @Column('jsonb', { name: 'requested_by' }) requestedBy!: {
    type: string;
    id: string;
    name?: string;
    via?: string;
  };
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
  @Column('timestamptz', { name: 'finished_at', nullable: true }) finishedAt!: Date | null;
  /** Null where it is of one connection, as are the columns below. */
  @Column('jsonb', { nullable: true }) selector!: Record<string, unknown> | null;
  @Column('text') state!: RevocationState;
  /** How many targets were fixed when it was asked for. */
  @Column('integer', { nullable: true }) total!: number | null;
  /** How many more the selector named that were revoked before. */
  @Column('integer', { name: 'already_dead', nullable: true }) alreadyDead!: number | null;
  /** Binds an approval to exactly these targets. */
  @Column('text', { name: 'targets_hash', nullable: true }) targetsHash!: string | null;
  @Column('text', { name: 'approval_id', nullable: true }) approvalId!: string | null;
  @Column('text', { name: 'request_id', nullable: true }) requestId!: string | null;
  @Column('timestamptz', { name: 'started_at', nullable: true }) startedAt!: Date | null;
  /** When the last target was dead here. */
  @Column('timestamptz', { name: 'dead_at', nullable: true }) deadAt!: Date | null;
}
