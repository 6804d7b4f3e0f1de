import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The tokens of one generation, without their sealed values: those are read by named queries only. */
@Entity('token_set')
export class TokenSet {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text', { name: 'connection_id' }) connectionId!: string;
  @PrimaryColumn('text') slot!: string;
  @PrimaryColumn('integer') generation!: number;
  @Column('text', { name: 'token_type' }) tokenType!: string;
  @Column('text') scope!: string;
  @Column('timestamptz', { name: 'issued_at' }) issuedAt!: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
}
