import { Kbd, Modal, Stack, Switch } from '@mantine/core';
import { t } from '../messages/index.js';
import { usePreference } from '../ui/preference.js';
import { modKey } from './mod-key.js';
import classes from './help-dialog.module.css';

const words = t.shell.help;
const keys: [keys: string[], what: string][] = [
  [[modKey, 'K'], words.palette],
  [['/'], words.search],
  [['j', 'k'], words.rows],
  [['x'], words.select],
  [[t.shell.keys.enter], words.open],
  [['f'], words.filter],
  [['[', ']'], words.pages],
  [['g', 'o c i k a'], words.go],
  [['?'], words.help],
  [[t.shell.keys.escape], words.close],
];

/** Every key; single letters can be switched off (WCAG 2.1.4). */
export function HelpDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [hasLetters, setLetters] = usePreference('letter_shortcuts');
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={words.title}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <Stack gap={16}>
        <dl className={classes.keys}>
          {keys.map(([combination, what]) => (
            <div key={what}>
              <dt>
                {combination.map((key) => (
                  <Kbd key={key} size="xs">
                    {key}
                  </Kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <Switch
          label={words.letters}
          checked={hasLetters}
          onChange={({ currentTarget }) => setLetters(currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
}
