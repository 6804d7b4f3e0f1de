import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('api_key')
export class ApiKey {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
  /** First characters of the key, to recognise it by. */
  @Column('text') prefix!: string;
  @Column('bytea', { name: 'key_hash', select: false }) keyHash!: Buffer;
  @Column('text', { array: true }) scopes!: string[];
  /** Addresses and networks that it may be used from; null: from anywhere. */
  @Column('text', { name: 'allowed_addresses', array: true, nullable: true })
  allowedAddresses!: string[] | null;
  /** The person that answers for it. */
  @Column('text', { name: 'person_id', nullable: true }) personId!: string | null;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
  @Column({ type: 'timestamptz', name: 'last_used_at', nullable: true, insert: false, update: false })
  lastUsedAt!: Date | null;
  @Column({ type: 'timestamptz', name: 'rotated_at', nullable: true, insert: false, update: false })
  rotatedAt!: Date | null;
  /** Until when the key that the last rotation replaced works. */
  @Column({ type: 'timestamptz', name: 'previous_expires_at', nullable: true, insert: false, update: false })
  previousExpiresAt!: Date | null;
  @Column('integer') version!: number;
}
