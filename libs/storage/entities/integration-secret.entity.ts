import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A client secret of an integration, sealed; the newest is tried first. Never an entity of admin. */
@Entity('integration_secret')
export class IntegrationSecret {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'integration_id' }) integrationId!: string;
  @Column('bytea') sealed!: Buffer;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
}
