import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('audit_entry')
export class AuditEntry {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column({ type: 'bigint', insert: false, update: false }) sequence!: number;
  @Column('timestamptz') at!: Date;
  @Column('text', { name: 'actor_type' }) actorType!: string;
  @Column('text', { name: 'actor_id' }) actorId!: string;
  @Column('text') action!: string;
  @Column('text', { name: 'subject_type' }) subjectType!: string;
  @Column('text', { name: 'subject_id' }) subjectId!: string;
  /** The canonical JSON (RFC 8785), UTF-8: the very bytes that are hashed. */
  @Column('bytea') entry!: Buffer;
  /** SHA-256 of `entry`. */
  @Column('bytea') hash!: Buffer;
}
