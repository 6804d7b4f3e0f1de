import { useQuery } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { watchedLink, type MadeConnectLink } from '../../api/connect-links.query.js';
import { allIntegrations } from '../../api/integrations.query.js';
import { t } from '../../messages/index.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { LinkHandout } from '../../ui/link-handout.js';
import { Empty, Loaded } from '../../ui/states.js';
import { NewLinkForm } from './new-link.form.js';

const words = t.connectLinks;

interface NewLinkDialogProps {
  isOpen: boolean;
  integration: string | undefined;
  onClose: () => void;
  onMade: (made: MadeConnectLink) => void;
}

export function NewLinkDialog({ isOpen, integration, onClose, onMade }: NewLinkDialogProps) {
  return (
    <FormDialog isOpen={isOpen} onClose={onClose} title={words.make}>
      <NewLink integration={integration} onClose={onClose} onMade={onMade} />
    </FormDialog>
  );
}

function NewLink({ integration, onClose, onMade }: Omit<NewLinkDialogProps, 'isOpen'>) {
  const query = useQuery(allIntegrations);
  return (
    <Loaded query={query} rows={4}>
      {(integrations) =>
        integrations.some(({ state }) => state === 'active') ? (
          <NewLinkForm {...{ integrations, integration, onMade }} onCancel={onClose} />
        ) : (
          <Empty
            title={words.form.noIntegration}
            action={
              <Button renderRoot={(props) => <Link to="/integrations/new" {...props} />}>
                {words.form.addIntegration}
              </Button>
            }
          />
        )
      }
    </Loaded>
  );
}

interface LinkDialogProps {
  /** Undefined: closed. */
  id: string | undefined;
  url: string | undefined;
  onClose: () => void;
}

/** One link: to hand out, where it was just made, and what becomes of it. */
export function LinkDialog({ id, url, onClose }: LinkDialogProps) {
  const { data } = useQuery({ ...watchedLink(id ?? ''), enabled: id !== undefined });
  const user = data?.end_user;
  const who = user?.display_name ?? user?.email ?? user?.id;
  return (
    <FormDialog
      isOpen={id !== undefined}
      onClose={onClose}
      title={who ? words.linkTitle(who) : words.linkFallback}
    >
      {id && <LinkHandout key={id} id={id} url={url} />}
    </FormDialog>
  );
}
