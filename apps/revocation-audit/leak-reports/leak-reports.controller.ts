import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiProblems, NoStore, Public, RawBody } from '#platform';
import { GithubReportsService } from './github-reports.service.js';
import {
  githubReportBody,
  githubVerdictsSchema,
  reportBodyLimit,
  type GithubVerdicts,
} from './leak-report.dto.js';

const keyHeader = 'github-public-key-identifier';
const signatureHeader = 'github-public-key-signature';

@ApiTags('Leaked tokens')
@Controller('v1/leak-reports')
export class LeakReportsController {
  constructor(private readonly reports: GithubReportsService) {}

  @Post('github')
  @HttpCode(200)
  @Public({ limited: true })
  @RawBody({ limit: reportBodyLimit })
  @NoStore()
  @ApiOperation({
    operationId: 'takeGithubLeakReport',
    summary: "GitHub's secret scanning reports tokens",
    description:
      'Signed by GitHub. The workspaces whose tokens they are do what their leak policy says; the same report sent again changes nothing.',
  })
  @ApiHeader({ name: keyHeader, required: true })
  @ApiHeader({ name: signatureHeader, required: true })
  @ApiBody({ schema: githubReportBody as never })
  @ApiAnswer(200, githubVerdictsSchema)
  @ApiProblems(
    'invalid-request',
    'invalid-signature',
    'payload-too-large',
    'rate-limited',
    'service-unavailable',
  )
  take(
    @Headers(keyHeader) keyId: string | undefined,
    @Headers(signatureHeader) signature: string | undefined,
    @Body() body: Buffer | undefined,
  ): Promise<GithubVerdicts> {
    return this.reports.take({ keyId, signature, body });
  }
}
