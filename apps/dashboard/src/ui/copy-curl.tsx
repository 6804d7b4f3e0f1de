import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconTerminal2 } from '@tabler/icons-react';
import { t } from '../messages/index.js';

/** The same by the public API; the key is never in it. */
export function curl(method: string, path: string, body?: unknown): string {
  const lines = [
    `curl -X ${method} '${location.origin}${path}'`,
    `  -H "Authorization: Bearer $EVERGRANT_API_KEY"`,
  ];
  if (body !== undefined) {
    lines.push(
      `  -H 'Content-Type: application/json'`,
      `  -d '${JSON.stringify(body).replaceAll("'", String.raw`'\''`)}'`,
    );
  }
  return lines.join(' \\\n');
}

export function CopyCurl({ method, path, body }: { method: string; path: string; body?: unknown }) {
  return (
    <CopyButton value={curl(method, path, body)}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          leftSection={copied ? <IconCheck size={14} /> : <IconTerminal2 size={14} />}
          onClick={copy}
        >
          {copied ? t.actions.copied : t.actions.copyCurl}
        </Button>
      )}
    </CopyButton>
  );
}
