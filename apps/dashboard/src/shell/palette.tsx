import { Combobox, Modal, TextInput, useCombobox } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useState } from 'react';
import { t } from '../messages/index.js';
import { looksLikeToken } from '../ui/token-like.js';
import { usePaletteItems } from './palette.items.js';
import classes from './palette.module.css';

const words = t.shell.palette;

/** Mod+K: pages, commands, whatever has a name or an id; a pasted token goes to its lookup, never into a URL. */
export function Palette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal.Root opened={isOpen} onClose={onClose} yOffset="12vh" size={560}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content aria-label={words.open} radius="lg">
        {isOpen && <Search onClose={onClose} />}
      </Modal.Content>
    </Modal.Root>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const text = typed.trim();
  const items = usePaletteItems(text);
  const combobox = useCombobox({ opened: true });
  const ids = items.map(({ id }) => id).join(' ');
  // Which list the field controls is known once that is there, and if its id stays.
  const listId = useId();
  const [, setDrawn] = useState(false);
  useEffect(() => setDrawn(true), []);
  useEffect(() => {
    combobox.selectFirstOption();
  }, [ids]);
  return (
    <Combobox
      store={combobox}
      withinPortal={false}
      onOptionSubmit={(id) => {
        // Else it stays in the field that fades away, and the title of another page does not take it.
        (document.activeElement as HTMLElement | null)?.blur();
        onClose();
        items.find((item) => item.id === id)?.run();
      }}
    >
      <Combobox.EventsTarget withExpandedAttribute>
        <TextInput
          data-autofocus
          size="md"
          variant="unstyled"
          className={classes.input}
          leftSection={<IconSearch size={16} />}
          aria-label={words.open}
          placeholder={words.placeholder}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </Combobox.EventsTarget>
      <Combobox.Options id={listId} className={classes.options} aria-label={words.open}>
        {items.map(({ id, icon: Icon, label, aside }) => (
          <Combobox.Option key={id} value={id}>
            <span className={classes.option}>
              <Icon size={16} aria-hidden />
              <span className={classes.name}>{label}</span>
              <span className={classes.aside}>{aside}</span>
            </span>
          </Combobox.Option>
        ))}
        {items.length === 0 && (
          <Combobox.Empty>{looksLikeToken(text) ? words.tokenForbidden : words.nothing}</Combobox.Empty>
        )}
      </Combobox.Options>
    </Combobox>
  );
}
