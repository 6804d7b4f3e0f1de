import { Injectable } from '@nestjs/common';
import { Directory } from '#storage';
import { InboxService } from './inbox.service.js';

const batch = 50;

/** The security events that are due, whoever found them so. */
@Injectable()
export class DueSecurityEventsService {
  constructor(
    private readonly inbox: InboxService,
    private readonly directory: Directory,
  ) {}

  /** Answers how soon to look again where there may be more. */
  async processDue(): Promise<number | void> {
    const due = await this.directory.listDueSecurityEvents(batch);
    await Promise.all(due.map(({ workspace, id }) => this.inbox.process(workspace, id)));
    if (due.length === batch) return 0;
  }

  process(workspace: string, id: string, requestId?: string): Promise<void> {
    return this.inbox.process(workspace, id, requestId);
  }
}
