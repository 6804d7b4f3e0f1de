import { Column, Entity, PrimaryColumn } from 'typeorm';

/** By claim: the values of which a token's must be one; ending in `*`, how it must begin. */
export type WorkloadClaims = Readonly<Record<string, string | string[]>>;

/** A public JWK set. */
export interface WorkloadKeys {
  keys: Record<string, unknown>[];
}

@Entity('workload_identity')
export class WorkloadIdentity {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
  @Column('text') issuer!: string;
  /** Of an issuer that cannot be reached; null: as it publishes them. */
  @Column('jsonb', { nullable: true }) jwks!: WorkloadKeys | null;
  @Column('jsonb') claims!: WorkloadClaims;
  @Column('text', { array: true }) scopes!: string[];
  /** The person that answers for it. */
  @Column('text', { name: 'person_id', nullable: true }) personId!: string | null;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
  @Column('integer') version!: number;
}
