import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event written with the change that it tells of. `position` orders the workspace's events for good. */
@Entity('outbox_event')
export class OutboxEvent {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column({ type: 'bigint', insert: false, update: false }) sequence!: number;
  /** Id of the connection or integration that it is about. */
  @Column('text') subject!: string;
  @Column('text') type!: string;
  @Column('jsonb') data!: Record<string, unknown>;
  @Column({ type: 'timestamptz', name: 'occurred_at', insert: false, update: false }) occurredAt!: Date;
  @Column('bigint', { nullable: true }) position!: number | null;
  @Column('timestamptz', { name: 'published_at', nullable: true }) publishedAt!: Date | null;
}
