import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What came of a security event. */
export interface SecurityEventOutcome {
  action: string;
  matched: number;
}

/** A verified security event: stored before its transmitter is answered, then processed. */
@Entity('security_event')
export class SecurityEvent {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'stream_id' }) streamId!: string;
  @Column('text') jti!: string;
  @Column('timestamptz', { name: 'issued_at' }) issuedAt!: Date;
  /** A subject identifier as #resource-server parses it; null where it speaks of the stream. */
  @Column('jsonb', { nullable: true }) subject!: unknown;
  @Column('jsonb') events!: Record<string, Record<string, unknown>>;
  @Column('text') state!: 'pending' | 'processed';
  @Column('integer') attempts!: number;
  @Column('timestamptz', { name: 'due_at', nullable: true }) dueAt!: Date | null;
  @Column({ type: 'timestamptz', name: 'received_at', insert: false, update: false }) receivedAt!: Date;
  @Column('timestamptz', { name: 'processed_at', nullable: true }) processedAt!: Date | null;
  @Column('jsonb', { nullable: true }) outcome!: SecurityEventOutcome | null;
}
