import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Problem, problemCatalogue, Public } from '#platform';
import { pagePolicy } from './page-frame.js';
import { type ProblemKind, problemListPage, problemPage } from './problem-pages.js';

const kinds: readonly ProblemKind[] = Object.entries(problemCatalogue).map(([slug, { status, title }]) => ({
  slug,
  status,
  title,
}));

/** Where the `type` of every problem leads. */
@ApiExcludeController()
@Controller('problems')
export class ProblemsController {
  @Public()
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', pagePolicy)
  list(): string {
    return problemListPage(kinds);
  }

  @Public()
  @Get(':slug')
  @Header('content-security-policy', pagePolicy)
  @Header('content-type', 'text/html; charset=utf-8')
  page(@Param('slug') slug: string): string {
    const kind = kinds.find((one) => one.slug === slug);
    if (!kind) throw new Problem('not-found', 'There is no problem of that name.');
    return problemPage(kind);
  }
}
