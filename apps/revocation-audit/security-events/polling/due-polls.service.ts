import { Injectable } from '@nestjs/common';
import { Directory, type Located } from '#storage';
import { PollService } from './poll.service.js';

const batch = 50;

/** The streams that are due to be polled. */
@Injectable()
export class DuePollsService {
  constructor(
    private readonly directory: Directory,
    private readonly polls: PollService,
  ) {}

  list(): Promise<Located[]> {
    return this.directory.listDueSecurityEventPolls(batch);
  }

  poll(workspace: string, id: string, signal: AbortSignal): Promise<void> {
    return this.polls.poll(workspace, id, signal);
  }
}
