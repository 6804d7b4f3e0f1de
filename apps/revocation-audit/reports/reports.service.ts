import { Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import type { Caller } from '#platform';
import { Database, RevocationJobRepository } from '#storage';
import { ShownRevocationsService } from '../revocations/shown-revocations.service.js';
import { ReportKeysService } from './report-keys.service.js';
import { reportView, type SignedReport } from './report.view.js';

/** Targets in one report: beyond this it would no longer be one document. */
const mostTargets = 100_000;

/** What a revocation did, to be taken away as proof. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly database: Database,
    private readonly shown: ShownRevocationsService,
    private readonly keys: ReportKeysService,
  ) {}

  async report({ workspace }: Caller, id: string): Promise<SignedReport> {
    const shown = await this.shown.find({ workspace }, id);
    const rows = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(RevocationJobRepository).listResults(id, mostTargets),
    );
    const omitted = Math.max(0, (shown.revocation.total ?? 1) - mostTargets);
    const report = reportView(workspace, shown, { rows, omitted, madeAt: new Date() });
    return { report, jws: (await this.keys.sign(workspace, report)).jws };
  }

  async publicKeys({ workspace }: Caller): Promise<JWK[]> {
    return this.keys.publicKeys(workspace);
  }
}
