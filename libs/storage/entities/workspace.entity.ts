import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('workspace')
export class Workspace {
  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
  @Column('timestamptz', { name: 'suspended_at', nullable: true }) suspendedAt!: Date | null;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
  @Column('integer') version!: number;
  /** More connections than this are not revoked at once without a second human; null: as the installation says. */
  @Column('integer', { name: 'approval_above', nullable: true }) approvalAbove!: number | null;
}
