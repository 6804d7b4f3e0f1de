import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { SecretOnce } from '../../ui/secret-once.js';
import { NewStreamForm } from './new-stream.form.js';

const words = t.signals;

/** The form, then the secret of the answer, then the page of the new stream. */
export function AddStream() {
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<{ id: string; name: string; authorization: string }>();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <Allowed to="admin">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen(true)}>
        {words.streams.add}
      </Button>
      <FormDialog isOpen={isOpen} onClose={() => setOpen(false)} title={words.form.newTitle} size={640}>
        <NewStreamForm
          onCancel={() => setOpen(false)}
          onMade={(stream) => {
            setOpen(false);
            setMade(stream);
            void queries.invalidateQueries({ queryKey: ['signals'] });
          }}
        />
      </FormDialog>
      <SecretOnce
        title={words.form.secretTitle(made?.name ?? '')}
        secret={made?.authorization}
        onStored={() => {
          const id = made?.id;
          setMade(undefined);
          if (id) void navigate({ to: '/signals/$id', params: { id }, ignoreBlocker: true });
        }}
      />
    </Allowed>
  );
}
