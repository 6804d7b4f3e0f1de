import { Injectable } from '@nestjs/common';
import { Problem } from '#platform';
import { GithubKeysService } from './github-keys.service.js';
import { githubVerdict, readGithubReport } from './github-report.js';
import { isSignedBy } from './github-signature.js';
import type { GithubVerdicts } from './leak-report.dto.js';
import { LeakReportsService } from './leak-reports.service.js';

const keyIdForm = /^[\w-]{1,200}$/;

/** Speaks GitHub's secret scanning partner protocol. */
@Injectable()
export class GithubReportsService {
  constructor(
    private readonly keys: GithubKeysService,
    private readonly reports: LeakReportsService,
  ) {}

  /** @throws Problem `invalid-signature` for anything but bytes that a key of GitHub's signed */
  async take(sent: {
    keyId: string | undefined;
    signature: string | undefined;
    body: Buffer | undefined;
  }): Promise<GithubVerdicts> {
    const { keyId, signature, body } = sent;
    const complete = keyId !== undefined && keyIdForm.test(keyId) && signature !== undefined;
    if (!complete || !Buffer.isBuffer(body)) throw new Problem('invalid-signature');
    const key = await this.keys.find(keyId);
    if (!key || !isSignedBy(key, body, signature)) throw new Problem('invalid-signature');
    const reported = readGithubReport(body);
    const ours = await this.reports.take('github', reported);
    return reported.map((token, nth) => githubVerdict(token, ours[nth]!));
  }
}
