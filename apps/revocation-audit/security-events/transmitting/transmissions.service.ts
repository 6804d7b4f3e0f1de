import { Injectable } from '@nestjs/common';
import { ConsumerCursorRepository, Database, Directory, SecurityEventDeliveryRepository } from '#storage';

/** The consumer's name, under which its cursors are kept. */
export const TRANSMISSIONS = 'security-event-transmissions';

const eventsAtOnce = 5_000;

/** Writes down what subscribers are to be told, of the revocations that nobody looked at yet. */
@Injectable()
export class TransmissionsService {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
  ) {}

  async catchUp(): Promise<void> {
    for (const workspace of await this.directory.listTransmittingWorkspaces(TRANSMISSIONS))
      while (await this.writeDown(workspace));
  }

  /** Cursor and deliveries move in one transaction. True where events are left. */
  private async writeDown(workspace: string): Promise<boolean> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const cursors = tx.get(ConsumerCursorRepository);
      const position = await cursors.lock(TRANSMISSIONS);
      const newest = await cursors.newest();
      const upTo = Math.min(newest, position + eventsAtOnce);
      if (upTo <= position) return false;
      await tx.get(SecurityEventDeliveryRepository).insertRevocations(position, upTo);
      await cursors.advance(TRANSMISSIONS, upTo);
      return upTo < newest;
    });
  }
}
