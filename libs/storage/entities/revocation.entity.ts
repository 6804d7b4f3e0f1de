import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('revocation')
export class Revocation {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'connection_id' }) connectionId!: string;
  @Column('text') reason!: string;
  @Column('jsonb', { name: 'requested_by' }) requestedBy!: { type: string; id: string; name?: string };
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
  @Column('timestamptz', { name: 'finished_at', nullable: true }) finishedAt!: Date | null;
}
