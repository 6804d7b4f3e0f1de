import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Toasts } from '../ui/toasts.js';
import { cssVariablesResolver, theme } from './theme.js';
import { pageNonce } from '../ui/nonce.js';
import { queryClient } from './query-client.js';
import { router } from './router.js';
import { SignInDialog } from './sign-in-dialog.js';

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      getStyleNonce={pageNonce}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <SignInDialog />
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>
  );
}
