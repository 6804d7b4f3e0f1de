import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Page } from '../ui/page.js';
import { Notice } from '../ui/states.js';
import { t } from '../messages/index.js';

export function NotFound() {
  return (
    <Page title={t.shell.notFound}>
      <Notice
        icon={IconMapOff}
        title={t.shell.notFound}
        action={
          <Button component={Link} to="/">
            {t.shell.toOverview}
          </Button>
        }
      >
        {t.shell.notFoundDetail}
      </Notice>
    </Page>
  );
}
