import { useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { preferences } from '../api/preferences.query.js';

/** The page has the colours that its person chose; what this browser painted first may be another's choice. */
export function useChosenScheme(): void {
  const chosen = useQuery(preferences).data?.color_scheme;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (chosen) setColorScheme(chosen);
  }, [chosen, setColorScheme]);
}
