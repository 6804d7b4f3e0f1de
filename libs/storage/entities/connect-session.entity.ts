import type { ConnectionTags } from '#oauth';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ConnectSessionState = 'open' | 'awaiting_confirmation' | 'completed' | 'failed';

@Entity('connect_session')
export class ConnectSession {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'integration_id' }) integrationId!: string;
  @Column('bytea', { name: 'token_hash', select: false }) tokenHash!: Buffer;
  @Column('text', { name: 'end_user_id' }) endUserId!: string;
  @Column('text', { name: 'end_user_email', nullable: true }) endUserEmail!: string | null;
  @Column('text', { name: 'end_user_name', nullable: true }) endUserName!: string | null;
  @Column('text', { array: true }) scopes!: string[];
  @Column('text', { array: true }) resource!: string[];
  /** For the connection that comes of it. */
  @Column('jsonb') tags!: ConnectionTags;
  @Column('text', { name: 'return_url', nullable: true }) returnUrl!: string | null;
  @Column('boolean') confirmation!: boolean;
  /** The connection to renew the authorization of; null makes a new one. */
  @Column('text', { name: 'reconnect_connection_id', nullable: true }) reconnectConnectionId!: string | null;
  @Column('text') state!: ConnectSessionState;
  @Column('text', { name: 'connection_id', nullable: true }) connectionId!: string | null;
  @Column('text', { name: 'failure_code', nullable: true }) failureCode!: string | null;
  @Column('text', { name: 'failure_detail', nullable: true }) failureDetail!: string | null;
  @Column('bytea', { name: 'confirmation_code_hash', nullable: true, select: false })
  confirmationCodeHash!: Buffer | null;
  /** The actor who made it: type, id, name. */
  @Column('jsonb', { name: 'created_by' }) createdBy!: { type: string; id: string; name?: string };
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'completed_at', nullable: true }) completedAt!: Date | null;
}
