import { Column, Entity, PrimaryColumn } from 'typeorm';

export type IntegrationState = 'draft' | 'active' | 'paused';

@Entity('integration')
export class Integration {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text') provider!: string;
  @Column('text') name!: string;
  @Column('text') state!: IntegrationState;
  @Column('text', { name: 'paused_reason', nullable: true }) pausedReason!: string | null;
  @Column('text', { name: 'client_id', nullable: true }) clientId!: string | null;
  @Column('text', { name: 'token_endpoint_auth_method' }) tokenEndpointAuthMethod!: string;
  @Column('text', { array: true }) scopes!: string[];
  @Column('text', { name: 'return_urls', array: true }) returnUrls!: string[];
  @Column('text', { name: 'refresh_policy' }) refreshPolicy!: 'ahead' | 'on_demand';
  /** Whether a connection with a return URL stays pending until the platform confirms it. */
  @Column('boolean') confirmation!: boolean;
  /** Provider fields: tenant, shop, region, or the endpoints of a custom provider. */
  @Column('jsonb') settings!: Record<string, unknown>;
  /** Of its token requests, beneath the provider's own. */
  @Column('jsonb') limits!: { concurrency?: number; requests_per_second?: number };
  @Column('integer') version!: number;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
  @Column({ type: 'timestamptz', name: 'updated_at', insert: false }) updatedAt!: Date;
}
