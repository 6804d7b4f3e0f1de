import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often and when a connection's token was last read. */
@Entity('connection_usage')
export class ConnectionUsage {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text', { name: 'connection_id' }) connectionId!: string;
  @Column('bigint') reads!: number;
  @Column('timestamptz', { name: 'last_read_at' }) lastReadAt!: Date;
}
